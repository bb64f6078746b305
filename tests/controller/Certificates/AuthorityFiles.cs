// Files of the CA and of what it issues: modes, passphrases, nothing replaced by accident, nothing half.
using Amphora.Controller.Certificates;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Certificates;

public sealed class AuthorityFiles : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ca_verifies_itself_and_may_only_sign()
    {
        Assert.True(Init().Ok);

        await Command.OutputAsync(["openssl", "verify", "-x509_strict", "-CAfile", _folder["ca/ca.pem"], _folder["ca/ca.pem"]], Token);
        var text = await Command.OutputAsync(["openssl", "x509", "-noout", "-text", "-in", _folder["ca/ca.pem"]], Token);
        Assert.Contains("CA:TRUE, pathlen:0", text, StringComparison.Ordinal);
        Assert.Contains("Certificate Sign, CRL Sign", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_for_their_owner_only()
    {
        Init();
        CertificatesSlice.IssueClient(Issue("client.pem"), "client", DateTimeOffset.UtcNow);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["ca/ca.key"]));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["client.pem"]));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["ca"]));
    }

    [Fact]
    public async Task A_passphrase_encrypts_the_key()
    {
        Init("correct horse");

        var opened = await Command.RunAsync(["openssl", "rsa", "-in", _folder["ca/ca.key"], "-passin", "pass:correct horse", "-check", "-noout"], Token);

        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", File.ReadAllText(_folder["ca/ca.key"]), StringComparison.Ordinal);
        Assert.True(opened.ExitCode == 0, opened.Errors);
        Assert.True(CertificatesSlice.IssueClient(Issue("client.pem") with { Passphrase = "correct horse" }, "client", DateTimeOffset.UtcNow).Ok);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public void Without_the_passphrase_nothing_is_issued(string? passphrase)
    {
        Init("correct horse");

        var outcome = CertificatesSlice.IssueClient(Issue("client.pem") with { Passphrase = passphrase }, "client", DateTimeOffset.UtcNow);

        Assert.Contains("pass", outcome.Failure?.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["client.pem"]));
    }

    [Fact]
    public void Nothing_is_replaced_without_force()
    {
        Init();
        var (key, certificate) = (File.ReadAllText(_folder["ca/ca.key"]), File.ReadAllText(_folder["ca/ca.pem"]));
        _folder.Write("client.pem", "precious");

        var (again, issued) = (Init(), CertificatesSlice.IssueClient(Issue("client.pem"), "client", DateTimeOffset.UtcNow));

        Assert.False(again.Ok);
        Assert.False(issued.Ok);
        Assert.Equal((key, certificate, "precious"), (File.ReadAllText(_folder["ca/ca.key"]), File.ReadAllText(_folder["ca/ca.pem"]), File.ReadAllText(_folder["client.pem"])));
    }

    [Fact]
    public void Force_replaces()
    {
        Init();
        var before = File.ReadAllText(_folder["ca/ca.pem"]);

        var outcome = Init(force: true);

        Assert.True(outcome.Ok);
        Assert.NotEqual(before, File.ReadAllText(_folder["ca/ca.pem"]));
        Assert.True(CertificatesSlice.IssueClient(Issue("client.pem"), "client", DateTimeOffset.UtcNow).Ok);
    }

    [Fact]
    public void A_key_of_another_ca_is_noticed()
    {
        Init();
        var key = File.ReadAllText(_folder["ca/ca.key"]);
        Init(force: true);
        _folder.Write("ca/ca.key", key);

        var outcome = CertificatesSlice.IssueClient(Issue("client.pem"), "client", DateTimeOffset.UtcNow);

        Assert.Contains("ca.key", outcome.Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named_and_nothing_is_left()
    {
        Init();

        var outcome = CertificatesSlice.IssueClient(Issue("nowhere/client.pem"), "client", DateTimeOffset.UtcNow);

        Assert.Contains(_folder["nowhere/client.pem"], outcome.Failure?.Message, StringComparison.Ordinal);
        Assert.Equal([_folder["ca"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private Contract.Outcome<CertificateWritten> Init(string? passphrase = null, bool force = false) => CertificatesSlice.Init(
        new AuthorityOptions { Directory = _folder["ca"], CommonName = "Test CA", Days = 30, Passphrase = passphrase, Force = force }, DateTimeOffset.UtcNow);

    private IssueOptions Issue(string name) => new() { Directory = _folder["ca"], Out = _folder[name], Days = 30 };
}
