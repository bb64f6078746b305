// Reads what HAProxy runs now for one load balancer.
using System.Text.RegularExpressions;
using Amphora.Agent.Actions;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy;

/// <summary>Looks at the files, the service and the process; changes nothing.</summary>
internal sealed partial class HaproxyReader(HaproxyOptions options, IServiceManager services)
{
    /// <summary>What runs now; a load balancer nobody knows is an empty answer, not a failure.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="wanted">Whose certificate files are read as well; null: nobody's.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<Outcome<HaproxyRunning>> ReadAsync(string loadBalancerId, HaproxyWanted? wanted, CancellationToken cancellationToken)
    {
        var paths = options.Paths(loadBalancerId);
        var service = await services.ReadAsync(paths.Unit, cancellationToken);
        if (!service.Ok)
        {
            return service.Failure!;
        }

        try
        {
            // Not asynchronous: there is no asynchronous read of a file in Linux, only threads that wait, and these are in the page cache.
            var config = OptionalFile.ReadText(paths.Config);
            var loaded = OptionalFile.ReadText(paths.LoadedFiles) is { } text ? TlsFiles.Parse(text) : null;
            var answer = service.Value.Active && config is not null ? await AskAsync(paths, config, loaded ?? TlsFiles.None, cancellationToken) : null;
            return new HaproxyRunning
            {
                LoadBalancerId = loadBalancerId,
                Uploaded = OptionalFile.ReadText(paths.Uploaded),
                Config = config,
                Servers = answer?.Servers,
                Busy = answer?.Busy ?? [],
                LoadedFiles = loaded,
                StrayedFiles = answer?.StrayedFiles ?? [],
                Strayed = answer?.Strayed ?? [],
                Patterns = answer?.Patterns ?? new Dictionary<int, string>(),
                Files = TlsReader.Read(wanted?.Config, (wanted?.CrtLists ?? []).ToDictionary(list => paths.CrtList(list.ListenerId), static list => list.Text, StringComparer.Ordinal)),
                CrtLists = ReadCrtLists(paths),
                Service = service.Value,
                LocalPeer = service.Value.MainPid is { } pid ? PeerOf(pid) : null,
                ChangeCutOff = File.Exists(paths.ChangeMarker),
                FilesPresent = paths.OwnFiles.Any(File.Exists),
            };
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return OperatingSystemFailure.From($"read the files of load balancer {loadBalancerId}", exception);
        }
    }

    // A process that does not answer, or was started without that socket, has servers nobody knows.
    private async Task<Answer?> AskAsync(HaproxyPaths paths, string config, TlsFiles loaded, CancellationToken cancellationToken)
    {
        var opened = await AdminSession.OpenAsync(paths, options.Timeouts.Socket, cancellationToken);
        if (!opened.Ok)
        {
            return null;
        }

        using var session = opened.Value;
        var servers = await session.ReadServersAsync(cancellationToken);
        var busy = await session.ReadBusyAsync(SlottedText.Parse(config), cancellationToken);
        var files = await session.ReadStrayedAsync(loaded, cancellationToken);
        var strayed = await session.ReadStrayedAsync(config, cancellationToken);
        var patterns = await session.ReadPatternsAsync(config, cancellationToken);
        return servers.Ok && busy.Ok && files.Ok && strayed.Ok && patterns.Ok
            ? new Answer(servers.Value, busy.Value, files.Value, strayed.Value, patterns.Value)
            : null;
    }

    private static ValueList<CrtListFile> ReadCrtLists(HaproxyPaths paths)
    {
        if (!Directory.Exists(paths.Certificates))
        {
            return [];
        }

        return Directory.EnumerateFiles(paths.Certificates, "*.pem")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => CrtListName().IsMatch(name))
            .Order(StringComparer.Ordinal)
            .Select(name => new CrtListFile(name, File.ReadAllText(paths.CrtList(name))))
            .ToValueList();
    }

    // The argument of -L; a process that ended meanwhile has none.
    private static string? PeerOf(int pid)
    {
        try
        {
            var arguments = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
            var option = Array.IndexOf(arguments, "-L");
            return option >= 0 && option + 1 < arguments.Length ? arguments[option + 1] : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Answer(
        ServerStates Servers, ValueList<string> Busy, ValueList<TlsDifference> StrayedFiles, ValueList<string> Strayed, IReadOnlyDictionary<int, string> Patterns);

    // Listener ids are UUIDs; certificates are 40 hex digits and belong to another slice (T1, T2).
    [GeneratedRegex(@"\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z")]
    private static partial Regex CrtListName();
}
