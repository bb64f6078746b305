// `amphora-agent interface up|down NAME|all`: interface files to the kernel, in the network namespace it is run in.
using System.Text.RegularExpressions;
using Amphora.Agent.Network.Files;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;

namespace Amphora.Agent.Network;

/// <summary>What to do.</summary>
/// <param name="Up">True: up; false: down.</param>
/// <param name="Name">An interface with a file, or <c>all</c>.</param>
/// <param name="Directory">Where the interface files are.</param>
/// <param name="BasePath">Where nftables-vip.rules is.</param>
internal sealed record InterfaceRequest(bool Up, string Name, string Directory, string BasePath);

/// <summary>What Octavia's amphora-interface is (appliance-layout §6), with the agent's planner and executor.</summary>
internal sealed partial class InterfaceCommand
{
    private const string All = "all";
    private const int Failed = 2;

    private readonly InterfaceRequest _request;
    private readonly NetworkOptions _options;
    private readonly PortStore _store;
    private readonly NetworkReader _reader;
    private readonly NetworkExecutor _executor;

    private InterfaceCommand(InterfaceRequest request)
    {
        _request = request;
        _options = new NetworkOptions
        {
            RunsInside = true,
            InterfaceDirectory = request.Directory,
            FirewallFile = Path.Combine(request.BasePath, "nftables-vip.rules"),
        };
        _store = new PortStore(_options);
        _reader = new NetworkReader(_options, _store);
        _executor = new NetworkExecutor(_options, _reader, new VipFirewall(_options));
    }

    /// <summary>Does it; <c>all</c> goes on after a failure.</summary>
    /// <param name="request">What.</param>
    /// <param name="errors">A line <c>Error: …</c> for each failure.</param>
    /// <param name="cancellationToken">Looked at between interfaces.</param>
    /// <returns>0, or 2 when something failed.</returns>
    public static async Task<int> RunAsync(InterfaceRequest request, TextWriter errors, CancellationToken cancellationToken)
    {
        var failures = new List<Failure>();
        try
        {
            await new InterfaceCommand(request).RunAsync(failures, cancellationToken);
        }
        catch (Exception exception) when (exception is LinuxException or IOException or UnauthorizedAccessException)
        {
            failures.Add(NetworkFailure.From(exception, $"bring {request.Name} {(request.Up ? "up" : "down")}"));
        }

        foreach (var failure in failures)
        {
            await errors.WriteLineAsync($"Error: {failure.Message}{(failure.Output is { Length: > 0 } output ? $" ({output.Trim()})" : "")}");
        }

        return failures.Count == 0 ? 0 : Failed;
    }

    private async Task RunAsync(List<Failure> failures, CancellationToken cancellationToken)
    {
        using var netlink = RouteNetlink.Open(networkNamespace: null);
        foreach (var name in _request.Name == All ? Names() : [_request.Name])
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                failures.AddRange(await OneAsync(netlink, name));
            }
            catch (Exception exception) when (exception is FormatException or LinuxException)
            {
                failures.Add(NetworkFailure.From(exception, $"bring {name} {(_request.Up ? "up" : "down")}"));
            }
        }

        if (await Masquerade.ApplyAsync(_options, [.. FilesOfUp(netlink, except: null)]) is { } failure)
        {
            failures.Add(failure);
        }
    }

    private async Task<IEnumerable<Failure>> OneAsync(RouteNetlink netlink, string name)
    {
        var step = $"bring {name} {(_request.Up ? "up" : "down")}";
        if (!FileName().IsMatch(name))
        {
            return [new Failure(step, $"cannot {step}: \"{name}\" is not the name of an interface")];
        }

        var read = _store.ReadFile(name);
        if (!read.Ok || read.Value is not { } file)
        {
            return [read.Failure ?? new Failure(step, $"cannot {step}: there is no {name}.json in {_request.Directory}")];
        }

        if (netlink.FindLink(file.Name) is not { } link)
        {
            return [new Failure(step, $"cannot {step}: there is no such interface in this network namespace")];
        }

        var otherRules = FilesOfUp(netlink, file.Name).SelectMany(InterfaceWanted.RulesOf);
        if (_request.Up)
        {
            return await _executor.ConvergeAsync(netlink, link, InterfaceWanted.From(file, otherRules), [], keepGoing: true);
        }

        ValueList<Rule>? rules = file.IfType is InterfaceFile.TypeVip or null ? otherRules.ToValueList() : null;
        // The interface shall be down: what goes wrong on the way is tolerated, as upstream does.
        await _executor.ExecuteAsync(netlink, link, NetworkPlanner.PlanRemoval(_reader.Read(netlink, link), rules), []);
        return [];
    }

    private IEnumerable<string> Names() => Directory.EnumerateFiles(_request.Directory, "*.json")
        .Select(static path => Path.GetFileNameWithoutExtension(path)).Where(name => FileName().IsMatch(name)).Order(StringComparer.Ordinal);

    // The other interfaces that are up: their rules stay, and NAT is declared for all of them at once.
    private IEnumerable<InterfaceFile> FilesOfUp(RouteNetlink netlink, string? except) => Names()
        .Select(name => _store.ReadFile(name) is { Ok: true } file ? file.Value : null).OfType<InterfaceFile>()
        .Where(file => file.Name != except && netlink.FindLink(file.Name) is { IsUp: true });

    [GeneratedRegex(@"\A(?!\.)[A-Za-z0-9_.-]{1,15}\z")]
    private static partial Regex FileName();
}
