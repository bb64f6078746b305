// Commands in this process, on a controller whose drivers build nothing.
using System.Text.Json.Nodes;
using Amphora.Controller.Cli;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Controller.Tests.Cli.Objects;

/// <summary>A state directory of its own.</summary>
internal sealed class NoopController : IDisposable
{
    /// <summary>The subnet of every test: the driver knows every id.</summary>
    public const string Subnet = "5e0a5e5b-6f3f-4d0c-9d0c-1f3f2d3c4b5a";

    private readonly TestFolder _folder = new();

    /// <summary>The state directory.</summary>
    public string State => _folder["state"];

    /// <summary>Writes a file and answers its path.</summary>
    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Runs a command.</summary>
    public async Task<(int Code, string Out, string Error)> TryAsync(params string[] words)
    {
        using StringWriter output = new(), error = new();
        var code = await CliSlice.RunAsync([.. words, "--state-dir", State, "--drivers", "noop"], new Terminal(output, error, IsLive: false));
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that succeeds.</summary>
    public async Task<string> RunAsync(params string[] words)
    {
        var (code, output, error) = await TryAsync(words);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {code}\n{output}{error}");
        return output;
    }

    /// <summary>Runs a command that succeeds and prints objects.</summary>
    public async Task<IReadOnlyList<JsonNode>> JsonAsync(params string[] words) =>
        [.. (await RunAsync([.. words, "--output", "json"])).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    /// <summary>A load balancer named web with listener front and pool blue.</summary>
    public async Task CreateWebAsync()
    {
        await RunAsync("lb", "create", "--name", "web", "--vip-subnet-id", Subnet);
        await RunAsync("listener", "create", "web", "--name", "front", "--protocol", "HTTP", "--protocol-port", "80");
        await RunAsync("pool", "create", "--name", "blue", "--listener", "front", "--protocol", "HTTP", "--lb-algorithm", "ROUND_ROBIN");
    }

    public void Dispose() => _folder.Dispose();
}
