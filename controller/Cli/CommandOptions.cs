// Options that are parsed once, here, into types that cannot be wrong; faults name option, value and rule.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Contract;

namespace Amphora.Controller.Cli;

/// <summary>Reads a word of the command line.</summary>
/// <typeparam name="T">What it becomes.</typeparam>
internal delegate bool WordReader<T>(string word, out T value);

/// <summary>Makes options.</summary>
internal static class CommandOptions
{
    private const int LongestName = 64;
    private const int MostDays = 36_500;

    /// <summary>An option with one value.</summary>
    public static Option<T> One<T>(string name, string valueName, string description, string rule, WordReader<T> read) => new(name)
    {
        Description = description,
        HelpName = valueName,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => Read(result, name, result.Tokens[^1].Value, rule, read),
    };

    /// <summary>An option that may be repeated.</summary>
    public static Option<T[]> Many<T>(string name, string valueName, string description, string rule, WordReader<T> read) => new(name)
    {
        Description = description + " Repeatable.",
        HelpName = valueName,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => [.. result.Tokens.Select(token => Read(result, name, token.Value, rule, read))],
        DefaultValueFactory = _ => [],
    };

    /// <summary>A positional word.</summary>
    public static Argument<T> Word<T>(string name, string description, string rule, WordReader<T> read) => new(name)
    {
        Description = description,
        CustomParser = result => Read(result, name, result.Tokens[^1].Value, rule, read),
    };

    /// <summary>A path; it only has to be something.</summary>
    public static Option<string> Path(string name, string valueName, string description) =>
        One<string>(name, valueName, description, "a path is needed", NotEmpty);

    /// <summary>Days of validity.</summary>
    public static Option<int> Days(int value)
    {
        var option = One<int>("--days", "N", $"Days of validity, 1–{MostDays}.", $"a whole number from 1 to {MostDays} is needed", (string word, out int days) =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out days) && days is >= 1 and <= MostDays);
        option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary><c>--output table|json</c>.</summary>
    public static Option<OutputFormat> Output()
    {
        var option = One<OutputFormat>("--output", "table|json", "How results are printed: for people (default), or one JSON object a line.", "table or json is needed", (string word, out OutputFormat format) =>
        {
            format = word == "json" ? OutputFormat.Json : OutputFormat.Table;
            return word is "json" or "table";
        });
        option.Recursive = true;
        return option;
    }

    /// <summary>An option that has to be given; a default would stand in for what is missing.</summary>
    public static Option<T> Required<T>(Option<T> option)
    {
        option.DefaultValueFactory = null;
        option.Required = true;
        return option;
    }

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Number(string name, string valueName, string description, int value, int least, int most)
    {
        var option = One<int>(name, valueName, description, $"a whole number from {least} to {most} is needed", (string word, out int number) =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
        option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary><c>--passphrase-file</c>.</summary>
    public static Option<string> PassphraseFile() => Path("--passphrase-file", "FILE", "File whose first line encrypts the CA's key.");

    /// <summary><c>--force</c>.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Replace files that exist." };

    /// <summary>Any text.</summary>
    public static bool NotEmpty(string word, out string value) => (value = word).Length > 0;

    /// <summary>Address and port, an IPv6 address in brackets.</summary>
    public static bool EndPoint(string word, out IPEndPoint value) => ListenEndPoint(word, out value) && value.Port > 0;

    /// <summary>Address and port of our own; port 0 takes a free one.</summary>
    public static bool ListenEndPoint(string word, out IPEndPoint value)
    {
        var colon = word.LastIndexOf(':');
        var host = colon > 0 ? word[..colon] : "";
        var isBracketed = host is ['[', .., ']'];
        value = null!;
        if (!StrictIPAddress.TryParse(isBracketed ? host[1..^1] : host, out var address) || host.Contains(':', StringComparison.Ordinal) != isBracketed
            || !int.TryParse(word[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > ushort.MaxValue)
        {
            return false;
        }

        value = new IPEndPoint(address, port);
        return true;
    }

    /// <summary>A subject name: printable, as long as X.509 allows.</summary>
    public static bool SubjectName(string word, out string value) =>
        (value = word).Length is >= 1 and <= LongestName && !word.Any(char.IsControl) && word.Trim() == word;

    /// <summary>A UUID with dashes.</summary>
    public static bool Uuid(string word, out Guid value) => Guid.TryParseExact(word, "D", out value);

    /// <summary>A UUID with dashes, for options that may be absent.</summary>
    public static bool MaybeUuid(string word, out Guid? value)
    {
        value = Guid.TryParseExact(word, "D", out var uuid) ? uuid : null;
        return value is not null;
    }

    /// <summary>An address without zone.</summary>
    public static bool Address(string word, out IPAddress value)
    {
        var ok = StrictIPAddress.TryParse(word, out var address);
        value = address!;
        return ok;
    }

    /// <summary>A network in CIDR notation.</summary>
    public static bool Network(string word, out Cidr value)
    {
        var ok = Cidr.TryParse(word, out var cidr);
        value = cidr.GetValueOrDefault();
        return ok;
    }

    /// <summary>A MAC address, brought into the kernel's form.</summary>
    public static bool Mac(string word, out string value)
    {
        value = "";
        if (word.Length != 17 || !PhysicalAddress.TryParse(word.Replace(':', '-'), out var mac))
        {
            return false;
        }

        value = string.Join(':', mac.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));
        return true;
    }

    /// <summary>A whole number from 1 on.</summary>
    public static bool Positive(string word, out long? value)
    {
        value = long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
        return value is not null;
    }

    private static T Read<T>(ArgumentResult result, string name, string word, string rule, WordReader<T> read)
    {
        if (!read(word, out var value))
        {
            result.AddError($"{name} '{word}': {rule}");
        }

        return value;
    }
}

/// <summary>How results are printed.</summary>
internal enum OutputFormat
{
    /// <summary>Aligned columns.</summary>
    Table,

    /// <summary>A JSON object a line.</summary>
    Json,
}
