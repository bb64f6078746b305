// Who issues the certificates of amphorae.
using Amphora.Contract;

namespace Amphora.Controller.Certificates;

/// <summary>Issues what an amphora proves itself with (flows.md §9.1).</summary>
internal interface IServerCertificates
{
    /// <summary>A new key and its certificate, for an amphora by its id.</summary>
    Outcome<ServerIdentity> Issue(Guid amphora, DateTimeOffset now);
}

/// <summary>A CA in a directory.</summary>
/// <param name="directory">Where it is.</param>
/// <param name="passphrase">Of its key.</param>
/// <param name="days">How long certificates are valid ([certificates] cert_validity_time).</param>
internal sealed class LocalAuthority(string directory, string? passphrase, int days) : IServerCertificates
{
    /// <inheritdoc/>
    public Outcome<ServerIdentity> Issue(Guid amphora, DateTimeOffset now) =>
        CertificatesSlice.SignServer(directory, passphrase, CertificatesSlice.ServerCertificate(amphora, [], days), now);
}

/// <summary>One certificate for every amphora, with the name of none: where no agent looks at it.</summary>
internal sealed class NoopCertificates : IServerCertificates
{
    /// <inheritdoc/>
    public Outcome<ServerIdentity> Issue(Guid amphora, DateTimeOffset now)
    {
        var nothing = new IssuedCertificate { CertificatePem = "", KeyPem = "", Subject = $"CN={amphora}", SerialNumber = "0", NotAfter = now.AddDays(30), IsClamped = false };
        return new ServerIdentity(nothing, "");
    }
}
