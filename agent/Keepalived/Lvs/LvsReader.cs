// Reads UDP and SCTP listeners: files, the kernel's table inside the namespace, and its counters.
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Keepalived.Lvs;

/// <summary>Looks at every LVS configuration on disk, whichever API brought it there.</summary>
internal sealed partial class LvsReader(KeepalivedOptions options, ILogger<LvsReader> logger)
{
    // The thread's own: /proc/net is that of the process' first thread, which never enters a namespace.
    private const string Table = "/proc/thread-self/net/ip_vs";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    private string? _trouble;

    /// <summary>Every enabled listener whose keepalived lives.</summary>
    /// <param name="withCounters">False leaves out the counters, for which a program has to run.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ValueList<LvsListener>> ReadAsync(bool withCounters, CancellationToken cancellationToken)
    {
        var configs = Configs();
        if (configs.Count == 0)
        {
            return [];
        }

        var isServed = configs.Exists(static item => item.Config.Vips.Count > 0);
        var table = isServed ? ReadTable() : IpvsTable.Empty;
        var statistics = isServed && withCounters ? await ReadStatisticsAsync(cancellationToken) : null;
        return configs.ConvertAll(item => LvsListener.Of(item.Id, item.Config, table, IsRestarting(item.Id)) with
        {
            Counters = !withCounters ? null : item.Config.Vips.Count == 0 ? LvsCounters.Zero : statistics is null ? null : Sum(statistics, item.Config),
        }).ToValueList();
    }

    private static LvsCounters Sum(IpvsStatistics statistics, LvsConfig config)
    {
        var sum = LvsCounters.Zero;
        foreach (var vip in config.Vips)
        {
            sum += statistics.Of(config.Protocol, vip);
        }

        return sum;
    }

    private List<(string Id, LvsConfig Config)> Configs()
    {
        var found = new List<(string, LvsConfig)>();
        foreach (var id in options.Paths.LvsListeners())
        {
            try
            {
                if (PidFile.NamesAProcess(options.Paths.LvsFile(id, "pid"))
                    && LvsConfig.Parse(File.ReadAllText(options.Paths.LvsConfig(id))) is { IsDisabled: false } config)
                {
                    found.Add((id, config));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Report(exception.Message);
            }
        }

        return found;
    }

    private IpvsTable ReadTable()
    {
        try
        {
            return NetworkNamespace.Run(options.NetworkNamespace, static () => File.Exists(Table) ? IpvsTable.Parse(File.ReadAllText(Table)) : IpvsTable.Empty);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LinuxException)
        {
            Report(exception.Message);
            return IpvsTable.Empty;
        }
    }

    // Null: the counters are not known now. What is not told now is told later.
    private async Task<IpvsStatistics?> ReadStatisticsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var result = await Tool.RunAsync(
                [options.IpvsadmCommand, "-Ln", "--stats", "--exact"],
                new ToolOptions { TimeLimit = s_limit, NetworkNamespace = options.NetworkNamespace },
                cancellationToken);
            if (result.Succeeded)
            {
                _trouble = null;
                return IpvsStatistics.Parse(result.Output);
            }

            Report($"{options.IpvsadmCommand}: exit code {result.ExitCode}: {result.Output.Trim()}");
        }
        catch (LinuxException exception)
        {
            Report(exception.Message);
        }

        return null;
    }

    // An update of LVS is a restart of keepalived: until its checker has begun, members are not lost but on their way.
    private bool IsRestarting(string listenerId)
    {
        var checker = new FileInfo(options.Paths.LvsFile(listenerId, "check.pid"));
        return !checker.Exists || File.GetLastWriteTimeUtc(options.Paths.LvsConfig(listenerId)) > checker.LastWriteTimeUtc;
    }

    private void Report(string trouble)
    {
        if (trouble != _trouble)
        {
            _trouble = trouble;
            Log.Unreadable(logger, trouble);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(620, LogLevel.Warning, "LVS cannot be read wholly: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}
