// `amphora-agent self-test`: could this binary be the agent of this amphora?
using System.Text.Json;
using Amphora.Agent.Apply;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Files;
using Amphora.Agent.Upgrade;
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Templates.Language;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amphora.Agent.Hosting;

/// <summary>Reads everything a start would read, and changes nothing: the agent that is to be replaced runs beside it.</summary>
internal static class SelfTestCommand
{
    private const int Failed = 1;

    /// <summary>Prints the version, or a line <c>Error: …</c> for everything that cannot be used.</summary>
    /// <returns>0, or 1 when something cannot be used.</returns>
    public static async Task<int> RunAsync(ConfigurationFiles configuration, string? templates, TextWriter output)
    {
        var errors = new List<string>();
        try
        {
            var options = configuration.Read();
            Check(errors, () => TemplateSet.Load(templates ?? options.Templates));
            Check(errors, () => new ServerTls(options, NullLogger<ServerTls>.Instance));
            CheckGenerations(errors, options.BasePath);
            CheckPorts(errors, new PortStore(SliceOptions.Network(new LiveOptions(options, configuration.Read))));
        }
        catch (Exception exception) when (exception is IniException or IOException or UnauthorizedAccessException)
        {
            errors.Add(exception.Message);
        }

        await output.WriteLineAsync(errors.Count == 0 ? $"{SelfTest.Greeting}{DiscoveryEndpoints.AgentVersion}" : string.Join('\n', errors.Select(static error => $"Error: {error}")));
        return errors.Count == 0 ? 0 : Failed;
    }

    private static void Check(List<string> errors, Func<object?> read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is TemplateException or TlsFileException or IOException or UnauthorizedAccessException)
        {
            errors.Add(exception.Message);
        }
    }

    private static void CheckGenerations(List<string> errors, string basePath)
    {
        foreach (var file in Directory.Exists(basePath) ? Directory.EnumerateDirectories(basePath).Select(static directory => Path.Combine(directory, "generation.json")) : [])
        {
            try
            {
                // None: not of API 2.0, or deleted meanwhile.
                if (OptionalFile.ReadBytes(file) is { } content)
                {
                    GenerationFile.Read(content);
                }
            }
            catch (Exception exception) when (exception is JsonException or InvalidDataException or IOException or UnauthorizedAccessException)
            {
                errors.Add($"{file}: {exception.Message}");
            }
        }
    }

    private static void CheckPorts(List<string> errors, PortStore store)
    {
        foreach (var plugged in store.ReadPlugged())
        {
            if (store.ReadFile(plugged.Name).Failure is { } failure)
            {
                errors.Add(failure.Message);
            }
            else if (store.OwnerOf(plugged.Mac) == PortOwner.Api2 && store.ReadPort(plugged.Mac) is null)
            {
                errors.Add($"the document of port {plugged.Mac.ToText()} cannot be understood");
            }
        }
    }
}
