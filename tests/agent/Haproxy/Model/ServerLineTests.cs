// Server lines as values.
using System.Net;
using System.Text;
using Amphora.Agent.Haproxy.Model;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Model;

public sealed class ServerLineTests
{
    [Fact]
    public void A_server_has_name_address_port_and_options_with_their_arguments()
    {
        var server = Read("    server m1 10.0.0.11:8080 weight 10 check inter 5s fall 3 rise 2 cookie m1 backup ssl ca-file /c/a.pem");

        Assert.Equal(
            new ServerLine(
                "m1",
                IPAddress.Parse("10.0.0.11"),
                8080,
                [
                    new("weight", "10"), new("check", null), new("inter", "5s"), new("fall", "3"), new("rise", "2"), new("cookie", "m1"), new("backup", null),
                    new("ssl", null), new("ca-file", "/c/a.pem"),
                ]),
            server);
    }

    [Theory]
    [InlineData("10.0.0.1:80", "10.0.0.1", 80)]
    [InlineData("[2001:db8::1]:80", "2001:db8::1", 80)]
    [InlineData("2001:db8::1:80", "2001:db8::1", 80)]
    [InlineData("2001:DB8:0::1:65535", "2001:db8::1", 65535)]
    [InlineData("::ffff:10.0.0.1:80", "::ffff:10.0.0.1", 80)]
    public void The_last_colon_stands_before_the_port(string word, string address, int port)
    {
        var server = Read($"server m {word}");

        Assert.Equal((IPAddress.Parse(address), port), (server!.Address, server.Port));
    }

    [Theory]
    [InlineData("server m host.example:80")]
    [InlineData("server m 10.0.0.1")]
    [InlineData("server m 10.0.0.1:")]
    [InlineData("server m 10.0.0.1:0")]
    [InlineData("server m 10.0.0.1:080")]
    [InlineData("server m 10.0.0.1:65536")]
    [InlineData("server m 10.0.0.1:+80")]
    [InlineData("server m 10.0.0.1:80-90")]
    [InlineData("server m 010.0.0.1:80")]
    [InlineData("server m 10.1:80")]
    [InlineData("server m [10.0.0.1]:80")]
    [InlineData("server m [2001:db8::1:80")]
    [InlineData("server m fe80::1%eth0:80")]
    [InlineData("server m :80")]
    [InlineData("server m *:80")]
    [InlineData("server m /run/x.sock")]
    [InlineData("server m unix@/run/x.sock")]
    [InlineData("server m fd@3:80")]
    [InlineData("server m 10.0.0.1:80 source 10.0.0.9")]
    [InlineData("server m 10.0.0.1:80 weight")]
    [InlineData("server m 10.0.0.1:80 weight 1 ''")]
    [InlineData("server m")]
    [InlineData("default-server weight 5")]
    [InlineData("server m 10.0.0.1:80 weight \"$W\"")]
    [InlineData("server m 10.0.0.1:80 weight '1")]
    public void What_no_template_writes_is_not_understood(string line) => Assert.Null(Read(line));

    [Fact]
    public void Equal_is_what_says_the_same()
    {
        var server = Read("server m 2001:db8::1:80 weight 1 check");

        Assert.Equal(server, Read("\tserver 'm'  [2001:DB8::1]:80 weight 1 check # comment"));
        Assert.NotEqual(server, Read("server m 2001:db8::1:80 check weight 1"));
        Assert.NotEqual(server, Read("server m 2001:db8::1:80 weight 2 check"));
        Assert.NotEqual(server, Read("server m 2001:db8::1:81 weight 1 check"));
        Assert.NotEqual(server, Read("server n 2001:db8::1:80 weight 1 check"));
        Assert.NotEqual(server, Read("server m 2001:db8::1:80 weight 1 check backup"));
    }

    [Fact]
    public void The_last_of_two_equal_options_counts()
    {
        var server = Read("server m 10.0.0.1:80 check-ssl verify none ssl verify required")!;

        Assert.Equal("required", server.Value("verify"));
        Assert.Null(server.Value("weight"));
    }

    [Theory]
    [InlineData("server m1 10.0.0.11:8080 weight 10 check inter 5s fall 3 rise 2 cookie m1 backup ssl ca-file /c/a.pem")]
    [InlineData("server m1 [2001:db8::1]:80")]
    public void It_is_written_as_it_was_read(string line)
    {
        var text = new StringBuilder();

        Read(line)!.Write(text);

        Assert.Equal(line, text.ToString());
    }

    [Fact]
    public void Options_are_set_in_their_place_and_taken_away()
    {
        var server = Read("server m 10.0.0.1:80 weight 1 check port 8080")!;

        Assert.Equal(Read("server m 10.0.0.1:80 weight 5 check port 8080"), server.With("weight", "5"));
        Assert.Equal(Read("server m 10.0.0.1:80 weight 1 check port 8080 disabled"), server.With("disabled", null));
        Assert.Equal(Read("server m 10.0.0.1:80 check"), server.Without(["weight", "port", "addr"]));
    }

    private static ServerLine? Read(string line) => ServerLine.Read(HaproxyDocument.Parse(line).Lines.Single());
}
