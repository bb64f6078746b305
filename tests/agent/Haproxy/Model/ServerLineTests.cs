// Server lines and backends as values.
using System.Net;
using Amphora.Agent.Haproxy.Model;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Model;

public sealed class ServerLineTests
{
    public static TheoryData<string> Goldens =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Top, "tests/golden/rendered"), "haproxy.cfg", SearchOption.AllDirectories).Select(path => Path.GetFileName(Path.GetDirectoryName(path)!))];

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
                    new("weight", ["10"]), new("check", []), new("inter", ["5s"]), new("fall", ["3"]), new("rise", ["2"]), new("cookie", ["m1"]), new("backup", []),
                    new("ssl", []), new("ca-file", ["/c/a.pem"]),
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

        Assert.Equal(["required"], server.Option("verify")!.Arguments);
        Assert.Null(server.Option("weight"));
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Every_server_of_our_templates_is_understood(string name)
    {
        var document = HaproxyDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Top, "tests/golden/rendered", name, "haproxy.cfg")));

        var backends = document.Sections.Select(HaproxyBackend.Read).OfType<HaproxyBackend>().ToArray();

        Assert.Equal(document.Sections.Count(section => section.Keyword == "backend"), backends.Length);
        Assert.Equal(document.Lines.Count(line => line.StartsWith("server")), backends.Sum(backend => backend.Servers.Count));
        Assert.All(backends, backend => Assert.Equal(0, backend.UnreadServers));
    }

    [Fact]
    public void A_backend_tells_how_it_chooses_servers()
    {
        var document = HaproxyDocument.Parse("""
            frontend f
                balance source
            backend plain
                server a 10.0.0.1:80
            backend sticky
                balance leastconn
                stick-table type ipv6 size 10k
                stick on src
                server a 10.0.0.1:80
                server b some.where:80
                server c 10.0.0.2:80
            backend cookies
                balance source
                cookie SRV insert indirect nocache
            """);

        ServerLine a = new("a", IPAddress.Parse("10.0.0.1"), 80, []), c = new("c", IPAddress.Parse("10.0.0.2"), 80, []);
        Assert.Equal(
            [
                null,
                new HaproxyBackend("plain", "roundrobin", false, false, [a], 0),
                new HaproxyBackend("sticky", "leastconn", false, true, [a, c], 1),
                new HaproxyBackend("cookies", "source", true, false, [], 0),
            ],
            document.Sections.Select(HaproxyBackend.Read));
    }

    private static ServerLine? Read(string line) => ServerLine.Read(HaproxyDocument.Parse(line).Lines.Single());
}
