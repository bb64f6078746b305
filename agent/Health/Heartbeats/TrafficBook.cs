// How much was counted, how much of it was told: across reloads of HAProxy and starts of the agent. Pure.
using Amphora.Agent.Haproxy.Traffic;

namespace Amphora.Agent.Health.Heartbeats;

/// <summary>The account of every listener.</summary>
internal sealed class TrafficBook
{
    /// <summary>Stands for the process of listeners that have none of their own: the kernel counts for UDP and SCTP.</summary>
    public const string Kernel = "kernel";

    // About an hour of heartbeats without a listener, and it is taken for deleted.
    private const int MostRoundsUnseen = 360;

    private readonly SortedDictionary<string, TrafficAccount> _accounts = new(StringComparer.Ordinal);

    /// <summary>The accounts, by listener.</summary>
    public IReadOnlyDictionary<string, TrafficAccount> Accounts => _accounts;

    /// <summary>Takes what a process says it has counted.</summary>
    /// <param name="listenerId">The listener.</param>
    /// <param name="worker">Names the process; another process has counted from 0.</param>
    /// <param name="isCurrent">False for one that a reload has replaced.</param>
    /// <param name="counters">What it says.</param>
    public void Observe(string listenerId, string worker, bool isCurrent, TrafficCounters counters)
    {
        if (!_accounts.TryGetValue(listenerId, out var account))
        {
            _accounts.Add(listenerId, account = new TrafficAccount());
        }

        account.Observe(worker, isCurrent, counters);
    }

    /// <summary>What was counted and not told yet; it counts as told from now on. Zero for a listener nobody has observed.</summary>
    public TrafficCounters Take(string listenerId) => _accounts.TryGetValue(listenerId, out var account) ? account.Take() : TrafficCounters.Zero;

    /// <summary>All that was ever counted.</summary>
    public TrafficCounters Total(string listenerId) => _accounts.TryGetValue(listenerId, out var account) ? account.Total : TrafficCounters.Zero;

    /// <summary>Gives back what was taken since <see cref="EndRound"/>: it could not be told.</summary>
    public void GiveBack()
    {
        foreach (var account in _accounts.Values)
        {
            account.GiveBack();
        }
    }

    /// <summary>Ends a heartbeat: what was taken is told, and what has not been seen for long is forgotten.</summary>
    public void EndRound()
    {
        foreach (var id in _accounts.Where(static item => item.Value.EndRound() > MostRoundsUnseen).Select(static item => item.Key).ToArray())
        {
            _accounts.Remove(id);
        }
    }

    /// <summary>Puts in an account that was kept.</summary>
    public void Restore(string listenerId, TrafficAccount account) => _accounts[listenerId] = account;
}

/// <summary>The account of one listener.</summary>
internal sealed class TrafficAccount
{
    // What each process said last. A process that is not in here has counted from 0.
    private readonly Dictionary<string, TrafficCounters> _last = new(StringComparer.Ordinal);
    private TrafficCounters _toldBefore = TrafficCounters.Zero;
    private bool _isAnyLeaving;
    private int _roundsUnseen;

    /// <summary>What the process that serves said last.</summary>
    public TrafficCounters Last => Worker is not null && _last.TryGetValue(Worker, out var last) ? last : UnknownLast;

    /// <summary>The process that serves; null when upstream's agent wrote the account and does not say.</summary>
    public string? Worker { get; private set; }

    /// <summary>All that was ever counted.</summary>
    public TrafficCounters Total { get; private set; } = TrafficCounters.Zero;

    /// <summary>How much of <see cref="Total"/> was told.</summary>
    public TrafficCounters Told { get; private set; } = TrafficCounters.Zero;

    // Without the name of the process: a smaller counter says that it is another one, as upstream guesses.
    private TrafficCounters UnknownLast { get; init; } = TrafficCounters.Zero;

    /// <summary>An account as it was kept.</summary>
    public static TrafficAccount Kept(string? worker, TrafficCounters last, TrafficCounters total, TrafficCounters told)
    {
        var account = new TrafficAccount { Worker = worker, Total = total, Told = told, UnknownLast = last, _toldBefore = told };
        if (worker is not null)
        {
            account._last[worker] = last;
        }

        return account;
    }

    internal void Observe(string worker, bool isCurrent, TrafficCounters counters)
    {
        var earlier = _last.TryGetValue(worker, out var last) ? last : Worker is null && isCurrent ? UnknownLast : TrafficCounters.Zero;
        Total += counters.Since(earlier);
        _last[worker] = counters;
        Worker = isCurrent ? worker : Worker;
        _isAnyLeaving |= !isCurrent;
        _roundsUnseen = 0;
    }

    internal TrafficCounters Take()
    {
        var untold = Total.Since(Told);
        Told = Total;
        return untold;
    }

    internal void GiveBack() => Told = _toldBefore;

    internal int EndRound()
    {
        _toldBefore = Told;
        if (!_isAnyLeaving && _last.Count > 1)
        {
            foreach (var gone in _last.Keys.Where(worker => worker != Worker).ToArray())
            {
                _last.Remove(gone);
            }
        }

        _isAnyLeaving = false;
        return _roundsUnseen++;
    }
}
