// Which agent, and with what to prove and check who is who.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amphora.Contract;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>One agent.</summary>
/// <param name="Url">As <c>https://10.0.0.5:9443</c>; only scheme, host and port count.</param>
/// <param name="AmphoraId">The name its certificate has to bear; null: any certificate of the CA will do.</param>
internal sealed record AgentEndpoint(Uri Url, Guid? AmphoraId)
{
    /// <summary>As people wrote it, without the trailing slash.</summary>
    public string Name => Url.GetLeftPart(UriPartial.Authority);
}

/// <summary>What a controller shows and trusts.</summary>
internal sealed class AgentCredentials : IDisposable
{
    private AgentCredentials(X509Certificate2Collection authorities, X509Certificate2 client) => (Authorities, Client) = (authorities, client);

    /// <summary>The only CAs an agent's certificate may come from.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>The controller's certificate with its key.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>Reads both from PEM files.</summary>
    /// <param name="authorityPath">CA certificates.</param>
    /// <param name="certificatePath">The client's certificate, perhaps with its key.</param>
    /// <param name="keyPath">Its key when it is in a file of its own.</param>
    public static Outcome<AgentCredentials> Read(string authorityPath, string certificatePath, string? keyPath)
    {
        var authorities = new X509Certificate2Collection();
        if (Try(authorityPath, () => authorities.ImportFromPem(File.ReadAllText(authorityPath))) is { } failure)
        {
            return failure;
        }

        if (authorities.Count == 0)
        {
            return new Failure("read the CA", $"cannot use {authorityPath}: there is no CERTIFICATE block in it");
        }

        X509Certificate2? client = null;
        keyPath ??= certificatePath;
        return Try(certificatePath == keyPath ? certificatePath : $"{certificatePath} with {keyPath}",
            () => client = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath), File.ReadAllText(keyPath))) is { } unusable
            ? unusable
            : new AgentCredentials(authorities, client!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        foreach (var authority in Authorities)
        {
            authority.Dispose();
        }
    }

    private static Failure? Try(string what, Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure("read the credentials", exception.Message);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return new Failure("read the credentials", $"cannot use {what}: {exception.Message}");
        }
    }
}
