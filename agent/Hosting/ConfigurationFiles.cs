// The files the configuration is read from, as they were named at the start.
namespace Amphora.Agent.Hosting;

/// <summary>Reads them, at the start and again.</summary>
/// <param name="Files">Each <c>--config-file</c>, in order.</param>
/// <param name="Directories">Each <c>--config-dir</c>.</param>
internal sealed record ConfigurationFiles(string[] Files, string[] Directories)
{
    /// <summary>The file <c>PUT /1.0/config</c> replaces: the last <c>--config-file</c>; null when none was named.</summary>
    public string? Replaceable => Files.LastOrDefault();

    /// <summary>What they say now.</summary>
    /// <exception cref="IniException">A file is malformed.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public AgentOptions Read() => AgentOptionsReader.Read(Files, Directories, File.ReadAllText);

    /// <summary>What they would say if <see cref="Replaceable"/> had this text.</summary>
    /// <inheritdoc cref="Read"/>
    public AgentOptions ReadWith(string text) =>
        AgentOptionsReader.Read(Files, Directories, file => file == Replaceable ? text : File.ReadAllText(file));
}
