// The files of a state directory: certificates that hold, and modes that keep secrets.
using System.Security.Cryptography.X509Certificates;
using Amphora.Controller.Certificates;

namespace Amphora.Controller.Doctor;

/// <summary>Looks, and makes nothing.</summary>
/// <param name="directory">The state directory.</param>
/// <param name="now">For what ends.</param>
internal sealed class FileChecks(string directory, DateTimeOffset now)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(30);

    private readonly string _authority = Path.Combine(directory, "ca", CertificateAuthority.CertificateFile);
    private readonly string _client = Path.Combine(directory, "client.pem");

    /// <summary>The findings.</summary>
    public IEnumerable<Finding> All()
    {
        if (!Directory.Exists(directory))
        {
            return [Finding.Fail("state directory", $"{directory} is not there", "name the controller's with --state-dir; 'network init' and 'lb create' make a new one")];
        }

        return [.. Certificate("CA", _authority), .. Certificate("client certificate", _client), .. Match(), .. Secrets()];
    }

    private IEnumerable<Finding> Certificate(string subject, string path)
    {
        var read = CertificateDescriptionReader.Read(path);
        if (!read.Ok)
        {
            yield return Finding.Fail(subject, read.Failure!.Message, $"bring {path} back from a backup; a new one makes every amphora unknown");
            yield break;
        }

        var certificate = read.Value[0];
        var end = $"{certificate.NotAfter:u}";
        yield return certificate.NotAfter <= now ? Finding.Fail(subject, $"ended {end}", "issue a new one: 'certs init' or 'certs issue client', and fail the amphorae over")
            : certificate.NotBefore > now ? Finding.Fail(subject, $"is not valid before {certificate.NotBefore:u}", "set this host's clock")
            : certificate.NotAfter - now < s_soon ? Finding.Warn(subject, $"ends {end}", "issue a new one before that")
            : Finding.Ok(subject, $"valid until {end}");
    }

    private IEnumerable<Finding> Match()
    {
        if (!File.Exists(_authority) || !File.Exists(_client))
        {
            yield break;
        }

        Finding? finding = null;
        try
        {
            using var authority = X509CertificateLoader.LoadCertificateFromFile(_authority);
            using var client = X509Certificate2.CreateFromPemFile(_client);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            finding = chain.Build(client) ? Finding.Ok("client certificate", "signed by the CA, and has its key")
                : Finding.Fail("client certificate", $"{_client} was not signed by {_authority}", $"issue it again: certs issue client --dir {Path.GetDirectoryName(_authority)} --name controller --out {_client} --force");
        }
        catch (Exception exception) when (exception is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            finding = Finding.Fail("client certificate", $"{_client} cannot be used: {exception.Message}", "issue it again: certs issue client … --force");
        }

        yield return finding;
    }

    private IEnumerable<Finding> Secrets()
    {
        string[] secrets = [Path.Combine(directory, "ca", CertificateAuthority.KeyFile), _client, Path.Combine(directory, "flow.keys"), Path.Combine(directory, "heartbeat.key"), Path.Combine(directory, "controller.db")];
        string[] open = [.. secrets.Where(path => File.Exists(path) && (File.GetUnixFileMode(path) & Others) != 0)];
        string[] missing = [.. secrets.Take(2).Where(static path => !File.Exists(path))];
        foreach (var path in missing)
        {
            yield return Finding.Fail("files", $"{path} is not there", "bring it back from a backup");
        }

        foreach (var path in open)
        {
            yield return Finding.Fail("files", $"{path} can be read or written by others than its owner", $"chmod 600 {path}, and consider the key known");
        }

        if (open.Length + missing.Length == 0)
        {
            yield return Finding.Ok("files", "keys and database are their owner's only");
        }
    }
}
