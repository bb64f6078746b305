// A controller with a state directory of its own, and a client and members in its network.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.LoadBalancers;

/// <summary>The shipped controller's commands on this host's namespaces; nothing is left of it.</summary>
internal sealed class ControllerCommands : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<TestNamespace> _spaces = [];
    private readonly List<HttpMember> _members = [];

    /// <summary>Where clients are.</summary>
    public TestNamespace Client { get; private set; } = null!;

    /// <summary>The members' requests.</summary>
    public IReadOnlyList<HttpMember> Members => _members;

    /// <summary>The state directory.</summary>
    public string State => _folder["state"];

    /// <summary>Everything the drivers remember: ports, security groups, amphorae.</summary>
    public IReadOnlyList<string> Things => [.. Directory.EnumerateFileSystemEntries(State, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(State, path))
        .Where(path => path.StartsWith("amphorae/", StringComparison.Ordinal) || path.StartsWith("server-groups/", StringComparison.Ordinal) || path.StartsWith("network/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes the network, a client and members at .200 and following.</summary>
    public static async Task<ControllerCommands> StartAsync(int members)
    {
        ControllerCommands commands = new();
        try
        {
            await commands.RunAsync("network", "init");
            commands.Client = await commands.ConnectAsync("client", "10.66.0.190");
            for (int i = 0; i < members; i++)
            {
                string address = $"10.66.0.{200 + i}";
                TestNamespace space = await commands.ConnectAsync($"member{i}", address);
                commands._members.Add(HttpMember.Start($"member{i}", space, new IPEndPoint(IPAddress.Parse(address), 80)));
            }

            return commands;
        }
        catch
        {
            await commands.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command that succeeds.</summary>
    public async Task<string> RunAsync(params string[] words)
    {
        CommandResult result = await TryAsync(words);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', words)}: {result.ExitCode}\n{result.Output}{result.Errors}");
        return result.Output;
    }

    /// <summary>Runs a command.</summary>
    public Task<CommandResult> TryAsync(params string[] words) => Command.RunAsync(
        // This machine may allow fewer open files than 50,000 connections take.
        ["env", $"AMPHORA_AGENT={Checkout.AgentCommand[^1]}", .. Checkout.ControllerCommand, .. words, "--state-dir", State, "--default-connection-limit", "100"], Cancel);

    /// <summary>A load balancer with an HTTP listener on 80 for all members, as <c>lb create</c> prints it.</summary>
    public async Task<JsonNode> CreateAsync(string name, params string[] options)
    {
        Guid pool = Guid.NewGuid();
        JsonObject tree = new()
        {
            ["listeners"] = new JsonArray(new JsonObject { ["id"] = Guid.NewGuid(), ["protocol"] = "HTTP", ["protocol_port"] = 80, ["default_pool_id"] = pool }),
            ["pools"] = new JsonArray(new JsonObject
            {
                ["id"] = pool,
                ["protocol"] = "HTTP",
                ["lb_algorithm"] = "ROUND_ROBIN",
                ["members"] = new JsonArray([.. _members.Select(member => new JsonObject { ["id"] = Guid.NewGuid(), ["address"] = member.EndPoint.Address.ToString(), ["protocol_port"] = 80 })]),
            }),
        };
        string file = _folder[$"{name}.json"];
        await File.WriteAllTextAsync(file, tree.ToJsonString(), Cancel);
        return JsonNode.Parse(await RunAsync(["lb", "create", "--name", name, "--vip-subnet-id", "demo", "--file", file, "--output", "json", .. options]))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpMember member in _members)
        {
            await member.DisposeAsync();
        }

        foreach (string line in (await TryAsync("lb", "list", "--output", "json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await TryAsync("lb", "delete", (string)JsonNode.Parse(line)!["id"]!, "--cascade");
        }

        await TryAsync("network", "delete-all");
        foreach (TestNamespace space in _spaces)
        {
            await space.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<TestNamespace> ConnectAsync(string role, string address)
    {
        TestNamespace space = await TestNamespace.CreateAsync(role, Cancel);
        _spaces.Add(space);
        await RunAsync("network", "connect", "demo", space.Name, "--address", address);
        return space;
    }
}
