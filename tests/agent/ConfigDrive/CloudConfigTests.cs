// write_files in the YAML controllers write, and the line of what is wrong with the rest.
using System.IO.Compression;
using System.Text;
using Amphora.Agent.ConfigDrive;
using Xunit;

namespace Amphora.Agent.Tests.ConfigDrive;

public sealed class CloudConfigTests
{
    [Fact]
    public void What_Octavia_s_controller_renders_comes_out_as_it_went_in()
    {
        const string Configuration = "\n\n[DEFAULT]\ndebug = False\n\n[haproxy_amphora]\nbase_path = /var/lib/octavia\n";
        const string Certificate = "-----BEGIN CERTIFICATE-----\nAAA=\n-----END CERTIFICATE-----\n";
        List<string> notes = [];

        var files = CloudConfigReader.Read(
            DriveImage.CloudConfig(("/etc/octavia/amphora-agent.conf", Configuration), ("/etc/octavia/certs/server.pem", Certificate), ("/etc/rsyslog.d/10-rsyslog.conf", "a\n  b: c # d\nlast")),
            notes);

        Assert.Equal(["/etc/octavia/amphora-agent.conf", "/etc/octavia/certs/server.pem", "/etc/rsyslog.d/10-rsyslog.conf"], files.Select(file => file.Path));
        Assert.Equal([Configuration, Certificate, "a\n  b: c # d\nlast\n"], files.Select(file => Encoding.UTF8.GetString(file.Content)));
        Assert.Equal(["runcmd of user_data: passed over", "timezone of user_data: passed over"], notes);
    }

    [Theory]
    [InlineData("|\n      a\n\n       b\n\n", "a\n\n b\n")]
    [InlineData("|-\n      a\n\n", "a")]
    [InlineData("|+\n      a\n\n", "a\n\n")]
    [InlineData("|2\n       a\n      b", " a\nb\n")]
    [InlineData("| # comment\n      a", "a\n")]
    [InlineData("|\n      # not a comment\n      a", "# not a comment\na\n")]
    [InlineData("|\n", "")]
    [InlineData("|\n      a\r\n      b\r\n", "a\nb\n")]
    [InlineData("plain text # comment", "plain text")]
    [InlineData("'it''s # one'   # comment", "it's # one")]
    [InlineData("\"a\\n\\t\\\"\\\\\\x41\\u00e4\"", "a\n\t\"\\Aä")]
    [InlineData("", "")]
    [InlineData("~", "")]
    public void Content_may_be_a_block_or_a_scalar(string content, string expected)
    {
        var file = Assert.Single(CloudConfigReader.Read($"write_files:\n  - path: /a\n    content: {content}", []));

        Assert.Equal(expected, Encoding.UTF8.GetString(file.Content));
    }

    [Theory]
    [InlineData("b64", false)]
    [InlineData("base64", false)]
    [InlineData("gz+b64", true)]
    [InlineData("gzip+base64", true)]
    public void Content_may_be_encoded(string encoding, bool compressed)
    {
        byte[] content = [0, 1, 255, 10];
        var text = Convert.ToBase64String(compressed ? Gzip(content) : content);

        var file = Assert.Single(CloudConfigReader.Read($"write_files:\n- encoding: {encoding}\n  content: |\n    {text[..4]}\n    {text[4..]}\n  path: /a\n", []));

        Assert.Equal(content, file.Content);
    }

    [Theory]
    [InlineData("0644", 0b110_100_100)]
    [InlineData("'0600'", 0b110_000_000)]
    [InlineData("\"0o640\"", 0b110_100_000)]
    [InlineData("755", 0b111_101_101)]
    public void Permissions_are_octal(string text, int mode)
    {
        var file = Assert.Single(CloudConfigReader.Read($"---\nwrite_files:\n-\n  path: /a\n  permissions: {text}\n  owner: octavia:adm\n  defer: true\n  append: false\n...\n", []));

        Assert.Equal(((UnixFileMode)mode, "octavia:adm"), (file.Mode, file.Owner));
    }

    [Theory]
    [InlineData("write_files:\n- path: /a\n   content: b", "line 3")]
    [InlineData("write_files:\n- path: /a\n\tcontent: b", "line 3: the line is indented with a tab")]
    [InlineData("write_files: [ {path: /a} ]", "line 1: write_files has to be a list")]
    [InlineData("write_files:\n- path: [/a]", "line 2: path: a value may not begin with [")]
    [InlineData("write_files:\n- path: &a /a", "line 2: path: a value may not begin with &")]
    [InlineData("write_files:\n- path: *a", "line 2: path: a value may not begin with *")]
    [InlineData("write_files:\n- content: !!binary AAA=\n  path: /a", "line 2: content: a value may not begin with !")]
    [InlineData("write_files:\n- content: >\n    a\n  path: /a", "line 2: content: a value may not begin with >")]
    [InlineData("write_files:\n- path: 'a", "line 2: path: the quote ' has no end")]
    [InlineData("write_files:\n- path: \"a\\q\"", "line 2: path: \\q is not an escape")]
    [InlineData("write_files:\n- path: \"a\" b", "line 2: path: something stands behind")]
    [InlineData("write_files:\n- path: a: b", "line 2: path: a value with a colon")]
    [InlineData("write_files:\n- path: /a\n  path: /b", "line 3: path is there twice")]
    [InlineData("write_files:\n- path: /a\n  source: {uri: x}", "line 3: source is not a field")]
    [InlineData("write_files:\n- path: /a\n  append: true", "line 2: append")]
    [InlineData("write_files:\n- content: b", "line 2: the entry has no path")]
    [InlineData("write_files:\n- ", "line 2: the entry has no path")]
    [InlineData("write_files:\n- path: /a\n  permissions: '0888'", "line 2: permissions")]
    [InlineData("write_files:\n- path: /a\n  permissions: '077777'", "line 2: permissions")]
    [InlineData("write_files:\n- path: /a\n  encoding: gzip", "line 2: encoding")]
    [InlineData("write_files:\n- path: /a\n  encoding: b64\n  content: '*'", "line 2: content is not base64")]
    [InlineData("write_files:\n- path: /a\n  encoding: gz+b64\n  content: AAAA", "line 2: content is not gzip")]
    [InlineData("write_files:\n- path: /a\n  content: |x\n    b", "line 3: \"|x\" is not the head")]
    [InlineData("write_files:\n- path: /a\n  content: |\n     b\n    c", "line 5: the line is indented by 4 blanks, the block that began in line 3 by 5")]
    [InlineData("write_files:\n- path: /a\nwrite_files:\n- path: /b", "line 3: write_files is there twice")]
    [InlineData("write_files:\n- path: /a\nnonsense", "line 3: \"nonsense\" is not a key")]
    [InlineData("  write_files:\n", "line 1: the line is indented")]
    public void What_is_wrong_is_said_with_its_line(string text, string words)
    {
        var wrong = Assert.Throws<InvalidDataException>(() => CloudConfigReader.Read(text, []));

        Assert.StartsWith("user_data " + words, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_passed_over_does_not_have_to_be_understood()
    {
        List<string> notes = [];

        var files = CloudConfigReader.Read("""
            #cloud-config
            bootcmd:
            - [ sh, -c, "echo: {" ]
            -
                - nested
            users: {default: *anchor}
            tabs: |
              a
              	b
            text: |
              write_files:
              - path: /not/this
            write_files:
            - path: /a
            ssh_authorized_keys:
              - key: >-
                 folded
            """, notes);

        Assert.Equal(["/a"], files.Select(file => file.Path));
        Assert.Equal(5, notes.Count);
    }

    [Fact]
    public void Text_that_is_anything_never_ends_in_another_exception()
    {
        var random = new Random(7);
        string[] words = ["write_files:", "\n", "- ", "path: ", "content: ", "|", "|2", "  ", "    ", "a", "'", "\"", "\\", "#", ": ", "encoding: b64", "\t", "permissions: ", "0644", "{", "\r\n"];
        for (var round = 0; round < 20_000; round++)
        {
            var text = "write_files:\n- " + string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => words[random.Next(words.Length)]));
            try
            {
                CloudConfigReader.Read(text, []);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private static byte[] Gzip(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }
}
