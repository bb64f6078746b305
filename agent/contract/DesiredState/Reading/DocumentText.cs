// Forms of the document's strings: the patterns of load-balancer.schema.json and config-rendering section 13.
using System.Buffers;
using System.Text;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>One rule a pattern; hand-written so that hostile text costs linear time and no final line feed slips through.</summary>
internal static class DocumentText
{
    private const string Digits = "0123456789";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Alphanumeric = Digits + Letters;

    private static readonly SearchValues<byte> UrlCharacters = Set(Alphanumeric + "-._~:/?#[]@!$&'()*+,;=%");
    private static readonly SearchValues<byte> UrlPathCharacters = Set(Alphanumeric + "-._~:/?@!$&'()*+,;=%[]");
    private static readonly SearchValues<byte> LabelCharacters = Set(Alphanumeric + "_-");
    private static readonly SearchValues<byte> FieldNameCharacters = Set(Alphanumeric + "-");
    private static readonly SearchValues<byte> InterfaceCharacters = Set(Alphanumeric + "_.-");
    private static readonly SearchValues<byte> InterfaceFirst = Set(Alphanumeric + "_");
    private static readonly SearchValues<byte> PathCharacters = Set(Alphanumeric + "_./-");
    private static readonly SearchValues<byte> VersionTail = Set(Alphanumeric + ".+~-");

    internal static TextRule Name { get; } = new("a text of at most 255 characters", null, MaxLength: 255);

    internal static TextRule ProjectId { get; } =
        TextRule.Of("1 to 36 letters, digits, _ and -", Alphanumeric + "_-", 1, 36);

    internal static TextRule ContainerRef { get; } =
        new("a key manager reference of 1 to 255 characters", null, MaxLength: 255, MinLength: 1);

    /// <summary>I1.</summary>
    internal static TextRule TlsCiphers { get; } =
        TextRule.Of("1 to 2048 letters, digits and -+!:@=_.", Alphanumeric + "-+!:@=_.", 1, 2048);

    /// <summary>I4, I5: a token of RFC 9110.</summary>
    internal static TextRule HttpToken { get; } =
        TextRule.Of("1 to 255 letters, digits and !#$%&'*+-.^_`|~", Alphanumeric + "!#$%&'*+-.^_`|~", 1, 255);

    /// <summary>I4: the key of an L7 rule, which the schema limits twice.</summary>
    internal static TextRule RuleToken { get; } = HttpToken with { MaxLength = 255 };

    /// <summary>I2.</summary>
    internal static TextRule Url { get; } = new(
        "http:// or https:// and then only characters of RFC 3986", IsUrl, MaxLength: 255);

    /// <summary>I6.</summary>
    internal static TextRule UrlPath { get; } = new(
        "a path that starts with one / and holds only path and query characters of RFC 3986", IsUrlPath, MaxLength: 255);

    /// <summary>I3.</summary>
    internal static TextRule RuleValue { get; } =
        new("1 to 255 characters without control characters", HasNoControls, MaxLength: 255);

    /// <summary>An L7 rule key before its type says more.</summary>
    internal static TextRule RuleKey { get; } = new("a text of at most 255 characters", null, MaxLength: 255);

    /// <summary>I4.</summary>
    internal static TextRule DnField { get; } = new("a letter, then letters, digits and hyphens",
        text => !text.IsEmpty && IsLetter(text[0]) && text.IndexOfAnyExcept(FieldNameCharacters) < 0, MaxLength: 255);

    /// <summary>L12.</summary>
    internal static TextRule TrueInAnyCase { get; } = new("true, in upper or lower case",
        text => Ascii.EqualsIgnoreCase(text, "true"u8), MaxLength: 255);

    /// <summary>L13.</summary>
    internal static TextRule VerifyResult { get; } = new("1 to 9 digits",
        text => text.Length is >= 1 and <= 9 && IsDigits(text), MaxLength: 255);

    /// <summary>I7.</summary>
    internal static TextRule ExpectedCodes { get; } = new("codes of three digits as 200, as 200,202 or as 200-299", IsExpectedCodes);

    /// <summary>I8.</summary>
    internal static TextRule DomainName { get; } = new(
        "a host name of at most 253 characters in labels of letters, digits, _ and -", IsDomainName, MaxLength: 255);

    /// <summary>I13.</summary>
    internal static TextRule InterfaceName { get; } = new("an interface name of 1 to 15 letters, digits, _ . and -",
        text => text.Length is >= 1 and <= 15 && InterfaceFirst.Contains(text[0]) && text.IndexOfAnyExcept(InterfaceCharacters) < 0);

    internal static TextRule VrrpGroupName { get; } =
        TextRule.Of("1 to 36 letters, digits, _ and -", Alphanumeric + "_-", 1, 36);

    internal static TextRule VrrpAuthPass { get; } = TextRule.Of("1 to 8 letters and digits", Alphanumeric, 1, 8);

    /// <summary>I10.</summary>
    internal static TextRule CertificateFile { get; } = new("40 hexadecimal digits in lower case and .pem",
        text => text.Length == 44 && text.EndsWith(".pem"u8) && TextRules.IsLowerHex(text[..40]));

    internal static TextRule Sha256 { get; } = new("64 hexadecimal digits in lower case",
        text => text.Length == 64 && TextRules.IsLowerHex(text));

    internal static TextRule DirectoryPath { get; } = new("an absolute path of 1 to 200 letters, digits and _ . / -",
        text => text.Length is >= 2 and <= 201 && text[0] == '/' && text.IndexOfAnyExcept(PathCharacters) < 0);

    /// <summary>I11.</summary>
    internal static TextRule LogFormat { get; } = new("1 to 1024 printable ASCII characters",
        text => text.Length is >= 1 and <= 1024 && !text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e));

    internal static TextRule StickSize { get; } = new("1 to 10 digits without leading zero, then k, m or g or nothing", IsStickSize);

    internal static TextRule HaproxyVersion { get; } = new("a version as 2.6 or 2.6.12", IsVersion);

    internal static TextRule TunedProfiles { get; } = new("a text of at most 255 characters", null, MaxLength: 255);

    private static SearchValues<byte> Set(string characters) => SearchValues.Create(Encoding.ASCII.GetBytes(characters));

    private static bool IsLetter(byte character) => (character | 0x20) is >= (byte)'a' and <= (byte)'z';

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsUrl(ReadOnlySpan<byte> text)
    {
        var rest = text.StartsWith("http://"u8) ? text[7..] : text.StartsWith("https://"u8) ? text[8..] : default;
        return !rest.IsEmpty && rest.IndexOfAnyExcept(UrlCharacters) < 0;
    }

    private static bool IsUrlPath(ReadOnlySpan<byte> text) =>
        text.StartsWith("/"u8) && !text.StartsWith("//"u8) && text.IndexOfAnyExcept(UrlPathCharacters) < 0;

    private static bool HasNoControls(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.ContainsAnyInRange((byte)0, (byte)0x1f) || text.Contains((byte)0x7f))
        {
            return false;
        }

        // U+0080 to U+009F are C2 80 to C2 9F.
        for (var at = text.IndexOf((byte)0xC2); at >= 0;)
        {
            if (text[at + 1] <= 0x9F)
            {
                return false;
            }

            var next = text[(at + 1)..].IndexOf((byte)0xC2);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return true;
    }

    private static bool IsExpectedCodes(ReadOnlySpan<byte> text)
    {
        if (text.Length == 7 && text[3] == '-')
        {
            return IsDigits(text[..3]) && IsDigits(text[4..]);
        }

        // Blanks are allowed around commas only, not at the ends.
        if (text.IsEmpty || text[0] == ' ' || text[^1] == ' ')
        {
            return false;
        }

        foreach (var range in text.Split((byte)','))
        {
            var code = text[range].Trim((byte)' ');
            if (code.Length != 3 || !IsDigits(code))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDomainName(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 253)
        {
            return false;
        }

        var labels = text[^1] == '.' ? text[..^1] : text;
        foreach (var range in labels.Split((byte)'.'))
        {
            var label = labels[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-' || label.IndexOfAnyExcept(LabelCharacters) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsStickSize(ReadOnlySpan<byte> text)
    {
        var digits = text.IsEmpty || text[^1] is not ((byte)'k' or (byte)'m' or (byte)'g') ? text : text[..^1];
        return digits.Length is >= 1 and <= 10 && digits[0] != '0' && IsDigits(digits);
    }

    private static bool IsVersion(ReadOnlySpan<byte> text)
    {
        var dot = text.IndexOf((byte)'.');
        if (dot is < 1 or > 2 || !IsDigits(text[..dot]))
        {
            return false;
        }

        var rest = text[(dot + 1)..];
        var second = rest.IndexOf((byte)'.');
        var minor = second < 0 ? rest : rest[..second];
        var tail = second < 0 ? default : rest[(second + 1)..];
        return minor.Length is >= 1 and <= 3 && IsDigits(minor)
            && (second < 0 || (tail.Length is >= 1 and <= 40 && tail.IndexOfAnyExcept(VersionTail) < 0));
    }
}
