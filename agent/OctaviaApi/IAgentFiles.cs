// What API 1.0 changes about the agent itself; the process around it does that.
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi;

/// <summary>The agent's own files. Both calls run in the write queue, replace a file as a whole or not at all, and are safe to repeat.</summary>
internal interface IAgentFiles
{
    /// <summary>Replaces the configuration file and takes over what may change while the agent runs.</summary>
    /// <returns>Null, or why the file stays as it was.</returns>
    Failure? ReplaceConfiguration(byte[] content);

    /// <summary>Replaces certificate and key of the server; the next handshake uses them.</summary>
    /// <returns>Null, or why the file stays as it was: kind <see cref="FailureKind.Refused"/> when the content cannot be used.</returns>
    Failure? ReplaceCertificate(byte[] content);
}
