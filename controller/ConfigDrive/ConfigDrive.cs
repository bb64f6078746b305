// Config drives: what an amphora has to know before anybody can talk to it, as Nova hands it over.
using Amphora.Contract;
using Amphora.Controller.Certificates;

namespace Amphora.Controller.ConfigDrive;

/// <summary>Front door.</summary>
internal static class ConfigDriveSlice
{
    /// <summary>Issues the agent's certificate and makes the drive: whole, or not at all.</summary>
    public static async Task<Outcome<ConfigDriveWritten>> BuildAsync(ConfigDriveOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Before a key is made that nobody would get.
        if (DriveWriter.Taken(options.Out, options.IsFolder, options.Force) is { } taken)
        {
            return taken;
        }

        var wanted = CertificatesSlice.ServerCertificate(options.AmphoraId, options.CertificateAddresses, options.Days);
        var identity = CertificatesSlice.SignServer(options.AuthorityDirectory, options.Passphrase, wanted, now);
        if (!identity.Ok)
        {
            return identity.Failure!;
        }

        var installed = DriveFiles.Installed(options.AmphoraId, options.Agent, options.Logs, identity.Value.ServerPem, identity.Value.AuthorityPem);
        if (!installed.Ok)
        {
            return installed.Failure!;
        }

        var files = DriveFiles.Layout(options.AmphoraId, installed.Value, options.Management, options.Timezone);
        var failure = await DriveWriter.WriteAsync(files, options.Out, options.IsFolder, cancellationToken);
        return failure is not null ? failure : new ConfigDriveWritten
        {
            Path = options.Out,
            AmphoraId = options.AmphoraId,
            HostName = DriveFiles.HostName(options.AmphoraId),
            Files = [.. installed.Value.Select(file => file.Key)],
            SerialNumber = identity.Value.Certificate.SerialNumber,
            NotAfter = identity.Value.Certificate.NotAfter,
            IsClamped = identity.Value.Certificate.IsClamped,
        };
    }
}
