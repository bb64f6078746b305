// What a controller proves itself with, and what it seals with: made once, in its state directory.
using System.Security.Cryptography;
using Amphora.Contract;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Certificates;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Linux.Files;

namespace Amphora.Controller.Hosting;

/// <summary>CA, client certificate, sealing keys and the key of heartbeats.</summary>
internal sealed class ControllerIdentity : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateDirectory = Private | UnixFileMode.UserExecute;
    private const int AuthorityDays = 3650;
    private const int ServerDays = 30;
    private const int KeyBytes = 32;

    private ControllerIdentity(AgentCredentials credentials, LocalAuthority authority) => (Credentials, Authority) = (credentials, authority);

    /// <summary>What is shown to agents, and trusted of them.</summary>
    public AgentCredentials Credentials { get; }

    /// <summary>Issues the certificates of amphorae.</summary>
    public LocalAuthority Authority { get; }

    /// <summary>Keys that seal secrets of flows: the first seals, all open.</summary>
    public required IReadOnlyList<byte[]> FlowKeys { get; init; }

    /// <summary>Each amphora signs its heartbeats with a key that is derived from it.</summary>
    public required HeartbeatKey HeartbeatKey { get; init; }

    /// <summary>Reads it, or makes what is missing; two controllers that begin at once end with the same.</summary>
    /// <exception cref="ControllerException">Something cannot be read or made.</exception>
    public static async Task<ControllerIdentity> OpenAsync(string stateDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        var (ca, client) = (Path.Combine(stateDirectory, "ca"), Path.Combine(stateDirectory, "client.pem"));
        try
        {
            Directory.CreateDirectory(stateDirectory, PrivateDirectory);
            await using var held = await FileLock.TakeAsync(Path.Combine(stateDirectory, "identity.lock"), TimeSpan.FromSeconds(30), cancellationToken);
            if (!File.Exists(Path.Combine(ca, CertificateAuthority.CertificateFile)))
            {
                // Certificate last: a CA without one was not finished, and nobody has anything of it.
                Check(CertificatesSlice.Init(new AuthorityOptions { Directory = ca, CommonName = "Amphora", Days = AuthorityDays, Force = true }, time.GetUtcNow()));
            }

            if (!File.Exists(client))
            {
                Check(CertificatesSlice.IssueClient(new IssueOptions { Directory = ca, Out = client, Days = AuthorityDays }, "controller", time.GetUtcNow()));
            }

            var flowKeys = ReadKeys(Path.Combine(stateDirectory, "flow.keys"));
            var heartbeatKey = ReadKeys(Path.Combine(stateDirectory, "heartbeat.key"))[0];
            var credentials = AgentCredentials.Read(Path.Combine(ca, CertificateAuthority.CertificateFile), client, null);
            return new ControllerIdentity(Check(credentials), new LocalAuthority(ca, null, ServerDays))
            {
                FlowKeys = [.. flowKeys.Select(Convert.FromHexString)],
                // As `health listen --derive-keys` takes it: the text of the file.
                HeartbeatKey = new HeartbeatKey(heartbeatKey),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ControllerException($"cannot use the state directory {stateDirectory}: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Credentials.Dispose();

    private static string[] ReadKeys(string path)
    {
        if (!File.Exists(path))
        {
            AtomicFile.WriteText(path, RandomNumberGenerator.GetHexString(2 * KeyBytes, lowercase: true) + "\n", Private);
        }

        string[] lines = [.. File.ReadAllLines(path).Select(static line => line.Trim()).Where(static line => line.Length > 0)];
        return lines.Length > 0 && lines.All(static line => line.Length == 2 * KeyBytes && line.All(char.IsAsciiHexDigit))
            ? lines
            : throw new ControllerException($"cannot use {path}: one key of {2 * KeyBytes} hexadecimal digits a line is needed");
    }

    private static T Check<T>(Outcome<T> outcome) => outcome.Ok ? outcome.Value : throw new ControllerException(outcome.Failure!.Message);
}

/// <summary>A controller cannot be opened.</summary>
/// <param name="message">"cannot do X: reason".</param>
internal sealed class ControllerException(string message) : Exception(message);
