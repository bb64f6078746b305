// config-rendering.md §13: no string of a document changes the structure of a file, also when nobody validated it.
using Amphora.Contract.DesiredState;
using Amphora.Templates.Rendering;
using FsCheck;
using FsCheck.Fluent;

namespace Amphora.Templates.Tests.Rendering;

public sealed class Injection
{
    private const int Tries = 250;

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements(
            "\n", "\r\n", "\t", "\v", "\0", "\u0085", "\u2028", "\u007f", " ", "#", "!", "'", "\"", "\\", "\\n", "\\x0a", "$HOME", "${HOME}", "%", "%%",
            "%[ssl_c_used]", "%ci", "-i", "--", "-f", ")", "(", ",", "{", "}", "[", "]", "|", ";", "&amp;", "<", ">", "*", "?", "~", "@", "`",
            " if TRUE", "\nbackend x", "' if TRUE #", "{{ lb_id }}", "{{ project_id }}", "../", "/", "é", "\ud83d\ude00", "\ud800", "a", "TLS", "1")
            .ArrayOf().Select(parts => string.Concat(parts)),
        ArbMap.Default.ArbFor<string>().Generator.Where(text => text is not null));

    public static TheoryData<string> Fields => [.. TextFields.All.Keys];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Any_string_in_any_field_is_refused_with_its_path_or_stays_one_value(string name)
    {
        var field = TextFields.All[name];
        var shape = Shape(field.Put(field.Harmless).Files());

        Prop.ForAll(Arb.From(Texts), text => Holds(field, shape, text)).Check(Config.QuickThrowOnFailure.WithMaxTest(Tries));
    }

    [Theory]
    [InlineData("I1", "listener.tls_ciphers", "AES128\n    bind 0.0.0.0:22")]
    [InlineData("I1", "pool.tls_ciphers", "AES128 verify none")]
    [InlineData("I2", "redirect_url", "http://a/\nuse_backend x")]
    [InlineData("I2", "redirect_url", "http://a/ if TRUE #")]
    [InlineData("I2", "redirect_prefix", @"http://a/\r\nX:y")]
    [InlineData("I3", "rule.value.Path", "/a\n  http-request deny")]
    [InlineData("I3", "rule.value.Header", "-f /etc/passwd")]
    [InlineData("I3", "rule.value.SslDnField", "' or #")]
    [InlineData("I4", "rule.key.Header", "X-Foo,-1")]
    [InlineData("I4", "rule.key.Cookie", "a) -m found #")]
    [InlineData("I4", "rule.key.SslDnField", "CN\"),lower")]
    [InlineData("I5", "cookie_name", "a),lower if FALSE #'")]
    [InlineData("I6", "url_path", "/a HTTP/1.1\\r\\nHost:\\ x")]
    [InlineData("I6", "url_path", "/a#b\0")]
    [InlineData("I8", "domain_name", "%[env(HOME)]")]
    [InlineData("I10", "tls_files.file", "../../../../etc/shadow")]
    [InlineData("I11", "project_id", "%[env(HOME)]")]
    [InlineData("I11", "user_log_format", "a\nlog global")]
    [InlineData("I12", "base_path", "/a\n daemon")]
    [InlineData("I12", "haproxy_stick_size", "1k expire 1s")]
    [InlineData("I13", "vrrp_group_name", "a }")]
    [InlineData("I13", "vrrp_auth_pass", "a # !")]
    [InlineData("I13", "vrrp_interface", "eth1\n}\nvrrp_script x {")]
    public void Each_vector_is_harmless_by_construction(string row, string name, string value)
    {
        var field = TextFields.All[name];

        Assert.True(Holds(field, Shape(field.Put(field.Harmless).Files()), value), row);
    }

    [Fact]
    public void I7_expected_codes_are_numbers_and_an_empty_range_is_refused()
    {
        var document = Documents.Http().Monitor(HealthMonitorType.Http, m => m with { ExpectedCodes = new ExpectedCodes([], 200, 100) });

        Assert.Equal("/loadbalancer/pools/0/healthmonitor/expected_codes", Assert.Single(document.Faults()).Path);
    }

    [Fact]
    public void I9_addresses_are_printed_again_and_never_as_they_came() =>
        Assert.StartsWith(
            "[2001:db8::1]:80", Documents.Http().Member(m => m with { Address = System.Net.IPAddress.Parse("2001:0db8:0000::0001") }).Server(), StringComparison.Ordinal);

    [Fact]
    public void I14_only_the_known_headers_become_directives()
    {
        var unknown = (InsertHeaders)(1 << 20);

        Assert.Equal(Documents.Terminated().Files().HaproxyConfig, Documents.Terminated().Listener(l => l with { InsertHeaders = unknown }).Files().HaproxyConfig);
    }

    private static bool Holds(TextField field, IReadOnlyList<string> shape, string text)
    {
        var result = field.Put(text).Result();
        if (result.Files is not { } files)
        {
            return result.Faults.Count > 0 && result.Faults.All(fault => fault.Path == field.Pointer);
        }

        return shape.SequenceEqual(Shape(files))
            && (field.Word is not { } word
                || HaproxyText.Parse(files.HaproxyConfig!).Sections.Any(section => section.Words.Any(words => words.Contains(word(text)))));
    }

    private static IReadOnlyList<string> Shape(RenderedLoadBalancer files) =>
    [
        .. HaproxyText.Parse(files.HaproxyConfig!).Shape,
        .. KeepalivedText.Parse(files.KeepalivedConfig!).Shape,
        .. files.Lvs.SelectMany(file => KeepalivedText.Parse(file.Text).Shape),
        .. files.Nftables!.Split('\n').Select(line => $"{line.Split(' ').Length}"),
        .. files.CrtLists.SelectMany(file => file.Text.Split('\n')).Select(line => $"{line.Split(' ', '\t', '[', '#', '!').Length}"),
    ];
}
