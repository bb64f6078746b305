// What broken and hostile clients send, with right requests in between: an endless sequence from a seed.
using System.Text;

namespace Amphora.EndToEnd.Tests.Hostile;

/// <summary>Makes requests that must not change anything. Where API 1.0 stores any text it is given (certificates, LVS, VRRP, the agent's
/// configuration), a whole request would be a right one: there only half ones are made.</summary>
/// <param name="seed">Tells the sequence.</param>
/// <param name="document">The document in force.</param>
/// <param name="loadBalancer">Its id.</param>
internal sealed class HostileRequests(int seed, string document, string loadBalancer)
{
    private const string Port =
        """{"type":"vip","mtu":1500,"vrrp_ip":"10.0.0.2","vips":[{"ip_address":"10.0.0.1","subnet_cidr":"10.0.0.0/24","gateway_ip":"10.0.0.254","host_routes":[]}]}""";

    private const string PlugVip =
        """{"subnet_cidr":"10.0.0.0/24","gateway":"10.0.0.254","mac_address":"02:00:00:00:00:99","mtu":1400,"vrrp_ip":"10.0.0.2","host_routes":[],"additional_vips":[{"ip_address":"10.0.0.3","subnet_cidr":"10.0.0.0/24","gateway":null,"host_routes":[]}]}""";

    private const string PlugNetwork =
        """{"mac_address":"02:00:00:00:00:98","fixed_ips":[{"ip_address":"10.0.0.5","subnet_cidr":"10.0.0.0/24","host_routes":[{"destination":"10.1.0.0/24","nexthop":"10.0.0.1"}]}],"mtu":1400}""";

    private const string Rules = """[{"protocol":"TCP","cidr":"10.0.0.0/8","port":80},{"protocol":"vrrp","cidr":null,"port":112}]""";

    private readonly Random _random = new(seed);
    private readonly HostileText _text = new(new Random(seed + 1));

    /// <summary>The next one; every eighth is a right one.</summary>
    public HostileRequest Next() => _random.Next(64) switch
    {
        < 8 => WellFormed(),
        < 11 => new HostileRequest("bytes instead of TLS", _text.Noise(300)) { BeforeTls = true },
        11 => new HostileRequest("half a handshake", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. _text.Noise(200)]) { BeforeTls = true, Ending = Ending.Leave },
        < 18 => new HostileRequest("unknown route", Request(_text.Any(["GET", "PUT", "POST", "HEAD"]), _text.Path(), "", [])) { IsWhole = true },
        < 22 => new HostileRequest("unknown method", Request(_text.Method(), Known(), "", [])),
        < 26 => new HostileRequest("request line", Encoding.Latin1.GetBytes(RequestLine())),
        < 33 => new HostileRequest("header", Request("GET", "/2.0/load-balancers", Header(), [])),
        < 39 => Framing(),
        < 50 => Body(),
        < 53 => new HostileRequest("half a request", Half()) { Ending = _text.Any([Ending.Leave, Ending.Leave, Ending.Stay]) },
        < 55 => new HostileRequest("in pieces", Request("PUT", $"/2.0/load-balancers/{Guid.NewGuid()}", "", _text.Mutated(document))) { Pieces = _random.Next(2, 8) },
        < 58 => new HostileRequest("pipelined garbage", [.. Request("GET", "/2.0/capabilities", "", []), .. Request("GET", "/1.0/info", "", []), .. _text.Noise(200)]),
        < 60 => new HostileRequest("precondition", Request("PUT", $"/2.0/load-balancers/{loadBalancer}", $"If-Match: {_text.Any(["\"", "W/\"1\"", "*, *", "\"-1\"", "\"99999999999999999999\"", "1", "\"2\""])}\r\n", Encoding.UTF8.GetBytes(document))) { IsWhole = true },
        60 => new HostileRequest("too large", TooLarge()),
        61 => new HostileRequest("noise in TLS", _text.Noise(2000)),
        _ => new HostileRequest("cut upload of 1.0", CutUpload()) { Ending = Ending.Leave },
    };

    private static byte[] Request(string method, string path, string headers, byte[] body) =>
    [
        .. Encoding.Latin1.GetBytes($"{method} {path} HTTP/1.1\r\nHost: amphora\r\n{headers}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

    private HostileRequest WellFormed() => _random.Next(6) switch
    {
        0 => Right("GET", $"/2.0/load-balancers/{loadBalancer}/status", ""),
        1 => Right("GET", "/2.0/capabilities", ""),
        2 => Right("GET", "/1.0/info", ""),
        3 => Right("GET", "/1.0/listeners", ""),
        4 => Right("GET", $"/2.0/load-balancers/{loadBalancer}/config/haproxy", ""),
        // The document in force once more: unchanged.
        _ => Right("PUT", $"/2.0/load-balancers/{loadBalancer}", document),
    };

    private static HostileRequest Right(string method, string path, string body) =>
        new($"well-formed {method}", Request(method, path, "", Encoding.UTF8.GetBytes(body))) { Status = 200, IsWhole = true };

    private string Known() => _text.Any(
        ["/", "/2.0/load-balancers", "/2.0/capabilities", $"/2.0/load-balancers/{Guid.NewGuid()}", "/2.0/ports", "/1.0/info", "/1.0/details", "/1.0/plug/network", $"/1.0/loadbalancer/{Guid.NewGuid()}/haproxy"]);

    private string RequestLine() => _random.Next(9) switch
    {
        0 => "GET\r\n\r\n",
        1 => "GET / HTTP/9.9\r\n\r\n",
        2 => "GET /\r\n\r\n",
        3 => $"GET /{_text.Word(_random.Next(7000, 70_000))} HTTP/1.1\r\nHost: a\r\n\r\n",
        4 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        5 => "GET http://127.0.0.1:1/2.0/capabilities HTTP/1.1\r\nHost: a\r\n\r\n",
        6 => "GET / HTTP/1.1\nHost: a\n\n",
        7 => " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        _ => $"GET /\0{_text.Word(5)}\u0080\u00ff HTTP/1.1\r\nHost: a\r\n\r\n",
    };

    private string Header() => _random.Next(13) switch
    {
        0 => $"X: {_text.Word(_random.Next(30_000, 70_000))}\r\n",
        1 => string.Concat(Enumerable.Range(0, _random.Next(90, 400)).Select(number => $"X-{number}: 1\r\n")),
        2 => "Bad Name: 1\r\n",
        3 => ": nothing\r\n",
        4 => "X: a\r\n folded\r\n",
        5 => "X: a\0b\r\n",
        6 => $"X: {Encoding.Latin1.GetString(_text.Noise(100)).Replace('\n', ' ')}\r\n",
        7 => "Host: another\r\n",
        8 => "Content-Length: 5\r\n",
        9 => "Content-Length: -1\r\n",
        10 => "Content-Length: 99999999999999999999999\r\n",
        11 => "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAAA\r\n",
        _ => "Expect: 200-maybe\r\nTransfer-Encoding: gzip, identity\r\n",
    };

    private HostileRequest Framing()
    {
        string chunks = _random.Next(9) switch
        {
            0 => "zz\r\nabc\r\n0\r\n\r\n",
            1 => "ffffffffffffffffff\r\nabc\r\n",
            2 => "3\r\nabcdef\r\n0\r\n\r\n",
            3 => "-1\r\n\r\n",
            4 => $"3;{_text.Word(20_000)}\r\nabc\r\n0\r\n\r\n",
            5 => $"0\r\n{_text.Word(10)}\u00ff: {_text.Word(10)}\r\n\r\n",
            6 => "\r\n\r\n\r\n",
            7 => "7fffffff\r\n" + _text.Word(100),
            _ => "1\r\n{\r\n1\r\n",
        };
        string method = _text.Any(["PUT", "POST"]), length = _random.Next(3) == 0 ? "Content-Length: 3\r\n" : "";
        return new HostileRequest("chunks", Encoding.Latin1.GetBytes(
            $"{method} {Known()} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{length}Transfer-Encoding: chunked\r\n\r\n{chunks}"))
        {
            Ending = _text.Any([Ending.ReadAnswer, Ending.Leave, Ending.Leave]),
        };
    }

    private HostileRequest Body()
    {
        // Another load balancer's path: whatever is left of the document, it is not for that one.
        (string method, string path, string json, bool is500) = _random.Next(8) switch
        {
            < 4 => ("PUT", $"/2.0/load-balancers/{Guid.NewGuid()}", document, false),
            4 => ("PUT", $"/2.0/ports/{_text.Any(["02:00:00:00:00:97", "02-00", "%00", "02:00:00:00:00:zz"])}", Port, false),
            5 => ("POST", $"/1.0/plug/vip/{_text.Any(["10.0.0.1", "fd00::1", "x", "10.0.0.1%2f8", "::ffff:1"])}", PlugVip, true),
            6 => ("POST", "/1.0/plug/network", PlugNetwork, true),
            _ => ("PUT", $"/1.0/interface/{_text.Any(["10.99.0.1", "x", "%31"])}/rules", Rules, true),
        };
        byte[] body = _random.Next(10) switch
        {
            0 => _text.Deep(),
            1 => _text.Noise(500),
            _ => _text.Mutated(json),
        };
        string type = _random.Next(12) == 0 ? "Content-Type: text/plain; charset=\"\r\n" : "";
        return new HostileRequest("body", Request(method, path, type, body)) { MayBe500 = is500, IsWhole = type.Length == 0 };
    }

    private byte[] Half()
    {
        byte[] whole = Request("PUT", $"/2.0/load-balancers/{Guid.NewGuid()}", "", Encoding.UTF8.GetBytes(document));
        return whole[.._random.Next(1, whole.Length)];
    }

    private byte[] TooLarge()
    {
        string path = _text.Any([$"/2.0/load-balancers/{Guid.NewGuid()}", "/2.0/ports/02:00:00:00:00:97", "/1.0/vrrp/upload"]);
        return Encoding.Latin1.GetBytes($"PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {_text.Any(["9000000", "2147483648", "9223372036854775807"])}\r\n\r\n{_text.Word(100)}");
    }

    private byte[] CutUpload()
    {
        string path = _text.Any(
            ["/1.0/vrrp/upload", "/1.0/config", "/1.0/certificate", $"/1.0/loadbalancer/a/{Guid.NewGuid()}/haproxy", $"/1.0/listeners/a/{Guid.NewGuid()}/udp_listener", $"/1.0/loadbalancer/{Guid.NewGuid()}/certificates/a.pem"]);
        return Encoding.Latin1.GetBytes($"PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n{_text.Word(_random.Next(1, 4000))}");
    }
}
