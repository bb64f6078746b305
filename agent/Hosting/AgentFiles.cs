// Endpoints 18 and 19 from the inside: the agent's configuration and server certificate are replaced while it runs.
using System.Text;
using Amphora.Agent.Actions;
using Amphora.Agent.OctaviaApi;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Hosting;

/// <summary>Looks at new content before it replaces the old, and never leaves half a file.</summary>
internal sealed class AgentFiles(ConfigurationFiles configuration, LiveOptions live, AgentOptions options, ServerTls tls) : IAgentFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    public Failure? ReplaceConfiguration(byte[] content)
    {
        const string Step = "replace the configuration";
        if (configuration.Replaceable is not { } file)
        {
            return new Failure(Step, $"cannot {Step}: the agent was started without --config-file, so there is no file to replace");
        }

        try
        {
            configuration.ReadWith(Encoding.UTF8.GetString(content));
        }
        catch (IniException malformed)
        {
            return new Failure(Step, malformed.Message) { Kind = FailureKind.Refused };
        }

        return OperatingSystemFailure.Try(Step, () =>
        {
            AtomicFile.Write(file, content, ModeOf(file));
            live.Reload();
        });
    }

    /// <inheritdoc/>
    public Failure? ReplaceCertificate(byte[] content)
    {
        const string Step = "replace the server certificate";
        try
        {
            ServerTls.Check(Encoding.UTF8.GetString(content));
        }
        catch (TlsFileException unusable)
        {
            return new Failure(Step, unusable.Message) { Kind = FailureKind.Refused };
        }

        return OperatingSystemFailure.Try(Step, () =>
        {
            AtomicFile.Write(options.AgentServerCert, content, ModeOf(options.AgentServerCert));
            tls.Reload();
        });
    }

    private static UnixFileMode ModeOf(string file) => File.Exists(file) ? File.GetUnixFileMode(file) : OwnerOnly;
}
