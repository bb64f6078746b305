// Where certificate files are named in a configuration, and what stands there instead.
using Amphora.Agent.Haproxy.Tls;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Tls;

public sealed class TlsReferencesTests
{
    private const string Text = """
        global
            stats socket /run/a.sock
        frontend f1
            bind 10.0.0.1:443 ssl crt-list /c/f1.pem   ca-file /c/ca.pem verify required crl-file /c/crl.pem alpn h2
            bind [2001:db8::1]:443 ssl crt-list /c/f1.pem ca-file /c/ca2.pem
        backend p1:f1
            server m1 10.0.0.2:443 weight 1 ssl crt /c/client.pem ca-file /c/ca.pem verify required
            server m2 10.0.0.3:443 ssl crt /c/client.pem
        backend p2
            server m3 10.0.0.4:443 ssl ca-file "/c/quoted.pem" crt relative.pem crl-file /c/dir/
            # server m4 10.0.0.4:443 ssl crt /c/comment.pem
        """;

    [Fact]
    public void Each_file_has_a_name_of_its_section_and_word()
    {
        Assert.Equal(
            [
                "f1.crt-list /c/f1.pem", "f1.ca-file.pem /c/ca.pem", "f1.crl-file.pem /c/crl.pem", "f1.ca-file-2.pem /c/ca2.pem", "p1+f1.crt.pem /c/client.pem",
                "p1+f1.ca-file.pem /c/ca.pem",
            ],
            TlsReferences.Find(Text).Select(reference => $"{reference.Name} {reference.Path}"));
    }

    [Fact]
    public void Names_take_the_place_of_files_and_nothing_else_changes()
    {
        string expected = Text
            .Replace("crt-list /c/f1.pem", "crt-list /tls/f1.crt-list", StringComparison.Ordinal)
            .Replace("443 ssl crt-list /tls/f1.crt-list ca-file /c/ca2.pem", "443 ssl crt-list /tls/f1.crt-list ca-file /tls/f1.ca-file-2.pem", StringComparison.Ordinal)
            .Replace("ca-file /c/ca.pem verify required crl-file /c/crl.pem", "ca-file /tls/f1.ca-file.pem verify required crl-file /tls/f1.crl-file.pem", StringComparison.Ordinal)
            .Replace("crt /c/client.pem", "crt /tls/p1+f1.crt.pem", StringComparison.Ordinal)
            .Replace("ca-file /c/ca.pem", "ca-file /tls/p1+f1.ca-file.pem", StringComparison.Ordinal);

        Assert.Equal(expected, TlsReferences.Replace(Text, "/tls"));
    }

    [Fact]
    public void Other_files_leave_the_text_as_it_is()
    {
        string renewed = Text.Replace("/c/ca.pem", "/c/ca-of-today.pem", StringComparison.Ordinal).Replace("/c/client.pem", "/c/renewed.pem", StringComparison.Ordinal);

        Assert.Equal(TlsReferences.Replace(Text, "/tls"), TlsReferences.Replace(renewed, "/tls"));
    }
}
