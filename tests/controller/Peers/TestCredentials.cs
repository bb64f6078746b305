// Certificates for the tests, issued by the code under test and checked by openssl elsewhere.
using Amphora.Contract;
using Amphora.Controller.Certificates;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Fixtures;

namespace Amphora.Controller.Tests.Peers;

/// <summary>A CA with an agent's and a client's certificate; made once, as RSA keys take their time, and never changed.</summary>
internal sealed class TestCredentials : IDisposable
{
    public static readonly Guid AmphoraId = new("a7c198bc-6695-5281-b1e0-b0098608a702");

    private static readonly Lazy<TestCredentials> LazyOwn = new(() => new TestCredentials(DateTimeOffset.UtcNow));
    private static readonly Lazy<TestCredentials> LazyForeign = new(() => new TestCredentials(DateTimeOffset.UtcNow));

    private readonly TestFolder _folder = new();

    private TestCredentials(DateTimeOffset now)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        Must(CertificatesSlice.Init(new AuthorityOptions { Directory = Directory, CommonName = "Test CA", Days = 400 }, now - TimeSpan.FromDays(100)));
        ServerPem = Server("server.pem", AmphoraId, days: 10, now);
        ClientPath = Must(CertificatesSlice.IssueClient(Options("client.pem", 10), "test controller", now)).File;
    }

    public static TestCredentials Own => LazyOwn.Value;

    public static TestCredentials Foreign => LazyForeign.Value;

    public string Directory => _folder["ca"];

    public string AuthorityPath => Path.Combine(Directory, "ca.pem");

    public string AuthorityPem => File.ReadAllText(AuthorityPath);

    public string ServerPem { get; }

    public string ClientPath { get; }

    public string ClientPem => File.ReadAllText(ClientPath);

    /// <summary>Options that trust this CA and show its client certificate.</summary>
    public string[] Arguments => ["--ca", AuthorityPath, "--cert", ClientPath];

    public string ExpiredServerPem() => Server($"{Guid.NewGuid()}.pem", AmphoraId, days: 1, DateTimeOffset.UtcNow - TimeSpan.FromDays(50));

    public AgentGroup Group(string url, Guid? amphoraId = null, double seconds = 20) => new(
        [new AgentEndpoint(new Uri(url), amphoraId)],
        AgentCredentials.Read(AuthorityPath, ClientPath, null).Value,
        new AgentTimeouts { Overall = TimeSpan.FromSeconds(seconds), FirstDelay = TimeSpan.FromMilliseconds(20) });

    public void Dispose() => _folder.Dispose();

    private static T Must<T>(Outcome<T> outcome) => outcome.Value;

    private IssueOptions Options(string name, int days) => new() { Directory = Directory, Out = _folder[name], Days = days };

    private string Server(string name, Guid amphoraId, int days, DateTimeOffset now) =>
        File.ReadAllText(Must(CertificatesSlice.IssueServer(Options(name, days), amphoraId, [], now)).File);
}
