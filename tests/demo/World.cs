// Everything the demonstration stands on: a network of this host, a client and members in it, and the controller.
using System.Net;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;

namespace Amphora.Demo;

/// <summary>Removed in reverse order, whatever happened.</summary>
internal sealed class World : IAsyncDisposable
{
    private const int MemberCount = 3;
    private static readonly TimeSpan DeleteLimit = TimeSpan.FromSeconds(60);

    private readonly Report _report;
    private readonly TestFolder _folder = new();
    private readonly List<TestNamespace> _spaces = [];
    private readonly List<HttpMember> _members = [];
    private ServingController? _serve;

    private World(Report report) => (_report, Controller) = (report, new Controller(report, _folder));

    public Controller Controller { get; }

    public Certificates Authority { get; } = new();

    public TestNamespace Client => _spaces[0];

    public IReadOnlyList<HttpMember> Members => _members;

    public string ServeLog => _serve?.Program.Log ?? "";

    /// <summary>What of amphorae is on the disk.</summary>
    public IReadOnlyList<string> Amphorae => [.. Directory.EnumerateDirectories(_folder["state/amphorae"]).Select(path => Path.GetFileName(path)!)];

    public static async Task<World> CreateAsync(Report report, CancellationToken cancellationToken)
    {
        World world = new(report);
        try
        {
            report.Section($"a network of this host with a client and {MemberCount} members, each in a network namespace of its own");
            await world.Controller.ShowAsync("network", "init");
            await world.ConnectAsync("client", "10.66.0.190", cancellationToken);
            for (int number = 1; number <= MemberCount; number++)
            {
                string address = $"10.66.0.{200 + number}";
                TestNamespace space = await world.ConnectAsync($"member{number}", address, cancellationToken);
                world._members.Add(HttpMember.Start($"member-{number}", space, new IPEndPoint(IPAddress.Parse(address), 80)));
            }

            report.Section("the controller that stays");
            world._serve = world.Controller.Serve();
            await report.TimedAsync("start the controller, until it is ready", () => world._serve.ReadyAsync(cancellationToken));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a file that commands can name.</summary>
    public string Write(string name, string text) => _folder.Write(name, text);

    public async ValueTask DisposeAsync()
    {
        // A change that was broken off is taken up by the controller that stays, and the load balancer can be deleted after it.
        await Until.TrueAsync("the load balancers are deleted", DeleteLimit, DeleteAsync, CancellationToken.None);
        if (_serve is not null)
        {
            await _serve.DisposeAsync();
        }

        await Controller.TryAsync("network", "delete-all");
        foreach (HttpMember member in _members)
        {
            await member.DisposeAsync();
        }

        foreach (TestNamespace space in _spaces)
        {
            await space.DisposeAsync();
        }

        Authority.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> DeleteAsync()
    {
        foreach (var loadBalancer in await Controller.AskAsync("lb", "list"))
        {
            await Controller.TryAsync("lb", "delete", (string)loadBalancer["id"]!, "--cascade");
        }

        return (await Controller.AskAsync("lb", "list")).Count == 0;
    }

    private async Task<TestNamespace> ConnectAsync(string role, string address, CancellationToken cancellationToken)
    {
        TestNamespace space = await TestNamespace.CreateAsync(role, cancellationToken);
        _spaces.Add(space);
        await Controller.ShowAsync("network", "connect", "demo", space.Name, "--address", address);
        return space;
    }
}
