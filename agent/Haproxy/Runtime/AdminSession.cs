// Changes of a running HAProxy, over the socket that may change it.
using System.Globalization;
using System.Text;
using Amphora.Agent.Haproxy.Acl;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>A connection to one process. A reload leaves it with the process it was opened to. Not for several callers at once.</summary>
internal sealed class AdminSession : IDisposable
{
    private readonly HaproxyConversation _conversation;
    private readonly TlsConversation _tls;
    private readonly AclConversation _acl;

    private AdminSession(HaproxyConversation conversation, HaproxyPaths paths) =>
        (_conversation, _tls, _acl) = (conversation, new TlsConversation(conversation, paths.Tls), new AclConversation(conversation, paths.Config));

    /// <summary>The process.</summary>
    public HaproxyWorker Worker => _conversation.Worker;

    /// <summary>What the process was told so far, and what it said.</summary>
    public IReadOnlyList<SaidCommand> Said => _conversation.Said;

    /// <summary>Connects.</summary>
    public static async Task<Outcome<AdminSession>> OpenAsync(HaproxyPaths paths, TimeSpan limit, CancellationToken cancellationToken)
    {
        var opened = await HaproxyConversation.OpenAsync(paths.AdminSocket, limit, cancellationToken);
        return opened.Ok ? new AdminSession(opened.Value, paths) : opened.Failure!;
    }

    /// <summary>Asks the process how it is; the answer is in <see cref="Worker"/>. One that does not answer has ended.</summary>
    public Task<Failure?> RefreshAsync(CancellationToken cancellationToken) => _conversation.RefreshAsync(cancellationToken);

    /// <summary><c>show servers state</c>.</summary>
    public async Task<Outcome<ServerStates>> ReadServersAsync(CancellationToken cancellationToken)
    {
        var answer = await _conversation.AskAsync("show servers state", cancellationToken);
        return answer.Ok ? ServerStates.Parse(Encoding.UTF8.GetString(answer.Value.Span)) : answer.Failure!;
    }

    /// <summary>Servers that somebody left and that still have connections; asks only when there may be one.</summary>
    /// <param name="text">What runs.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<Outcome<ValueList<string>>> ReadBusyAsync(SlottedText text, CancellationToken cancellationToken)
    {
        if (!text.Backends.Any(static backend => backend.Slots.Exists(static slot => slot.Use == SlotUse.Left)))
        {
            return ValueList<string>.Empty;
        }

        // Type 4: servers.
        var answer = await _conversation.AskAsync("show stat -1 4 -1", cancellationToken);
        var statistics = answer.Ok ? HaproxyStatistics.Parse(Encoding.UTF8.GetString(answer.Value.Span), SlotNames.None) : answer.Failure!;
        return statistics.Failure is { } unreadable ? unreadable : text.Backends
            .SelectMany(backend => backend.Slots
                .Where(slot => slot.Use == SlotUse.Left && statistics.Value.Server(backend.Name, slot.Name) is not { CurrentSessions: 0 })
                .Select(slot => $"{backend.Name}/{slot.Name}"))
            .ToValueList();
    }

    /// <summary>Names behind which the process has other certificates than it was given. A file that has other content by now proves nothing.</summary>
    public async Task<Outcome<ValueList<TlsDifference>>> ReadStrayedAsync(TlsFiles files, CancellationToken cancellationToken)
    {
        if (files.Seats.Count + files.Lists.Count == 0)
        {
            return ValueList<TlsDifference>.Empty;
        }

        var answers = await _tls.ReadAsync(files, cancellationToken);
        return answers.Ok ? TlsProof.Compare(files, TlsReader.Identities(files), answers.Value) : answers.Failure!;
    }

    /// <summary>What the process says of itself and its proxies that is not as its text says.</summary>
    public async Task<Outcome<ValueList<string>>> ReadStrayedAsync(string config, CancellationToken cancellationToken)
    {
        // Types 1 and 2: frontends and backends.
        var answer = await _conversation.AskAsync("show stat -1 3 -1", cancellationToken);
        var proxies = answer.Ok ? HaproxyStatistics.Parse(Encoding.UTF8.GetString(answer.Value.Span), SlotNames.None) : answer.Failure!;
        return proxies.Ok ? ProcessProof.Compare(config, Worker, proxies.Value) : proxies.Failure!;
    }

    /// <summary>The patterns of a text's rules, by line.</summary>
    public Task<Outcome<IReadOnlyDictionary<int, string>>> ReadPatternsAsync(string config, CancellationToken cancellationToken) =>
        _acl.ReadAsync(AclLine.All(config), cancellationToken);

    /// <summary>Sets patterns of rules, and proves it by reading them again.</summary>
    /// <returns>What is not set: null, nothing.</returns>
    public Task<Failure?> BringAsync(ValueList<AclDifference> patterns, CancellationToken cancellationToken) => _acl.TakeAsync(patterns, cancellationToken);

    /// <summary>Does what has to be done to certificates, and proves it by reading them again.</summary>
    /// <param name="steps">In order.</param>
    /// <param name="files">What the process has afterwards.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>What was not done, or is still different: null, nothing.</returns>
    public async Task<Failure?> BringAsync(ValueList<TlsStep> steps, TlsFiles files, CancellationToken cancellationToken)
    {
        if (await _tls.TakeAsync(steps, cancellationToken) is { } failure)
        {
            return failure;
        }

        var strayed = await ReadStrayedAsync(files, cancellationToken);
        return strayed.Failure ?? (strayed.Value.Count == 0 ? null
            : new Failure("prove certificates", $"cannot prove the change: {string.Join("; ", strayed.Value)}") { Tool = "haproxy" });
    }

    /// <summary>Brings every server to what its slot says, and proves it by reading again.</summary>
    /// <param name="text">What shall run.</param>
    /// <param name="cancellationToken">Looked at between two commands.</param>
    /// <returns>What is still different: null, nothing is.</returns>
    public async Task<Failure?> BringAsync(SlottedText text, CancellationToken cancellationToken)
    {
        var before = await ReadServersAsync(cancellationToken);
        if (before.Failure is { } unreadable)
        {
            return unreadable;
        }

        return await BringAsync(text, SlotState.Compare(text, before.Value), cancellationToken);
    }

    /// <inheritdoc cref="BringAsync(SlottedText, CancellationToken)"/>
    /// <param name="text">What shall run.</param>
    /// <param name="differences">What is known to be different.</param>
    /// <param name="cancellationToken">Looked at between two commands.</param>
    public async Task<Failure?> BringAsync(SlottedText text, ValueList<SlotDifference> differences, CancellationToken cancellationToken)
    {
        foreach (var difference in differences)
        {
            foreach (var command in difference.Commands)
            {
                // What HAProxy answers is words for people, also when it refuses; that it has done it is read from the state.
                if ((await _conversation.TellAsync(command, cancellationToken)).Failure is { } failure)
                {
                    return failure;
                }
            }
        }

        var after = await ReadServersAsync(cancellationToken);
        return after.Failure ?? Unproven(SlotState.Compare(text, after.Value));
    }

    /// <inheritdoc/>
    public void Dispose() => _conversation.Dispose();

    private static Failure? Unproven(ValueList<SlotDifference> differences) => differences.Count == 0 ? null
        : new Failure("prove servers", string.Create(
            CultureInfo.InvariantCulture,
            $"cannot prove the change: {differences.Count} servers differ, first {differences[0].Server} of {differences[0].Backend}: {differences[0].Words}"))
        {
            Tool = "haproxy",
        };
}
