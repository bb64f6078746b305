// Octavia's own amphora driver, in a process beside the test, taking one order after the other.
using System.Diagnostics;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Networks;
using Xunit;

namespace Amphora.EndToEnd.Tests.Compatibility;

/// <summary>Speaks to <c>stock_driver.py</c> in the controller's namespace.</summary>
internal sealed class StockDriver : IAsyncDisposable
{
    // The interpreter of the distribution: its package python3-octavia is the one that is installed.
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan OrderLimit = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private readonly Process _process;
    private readonly Task<string> _errors;

    private StockDriver(Process process, string loadBalancerId)
    {
        (_process, LoadBalancerId) = (process, loadBalancerId);
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The load balancer it works on.</summary>
    public string LoadBalancerId { get; }

    /// <summary>Where its certificate manager looks for certificates: <c>REF.crt</c> and <c>REF.key</c>.</summary>
    public string KeyStore => _folder.Path;

    /// <summary>Starts it for one amphora.</summary>
    public static async Task<StockDriver> StartAsync(Topology topology, AgentProcess agent, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString();
        ProcessStartInfo start = new("nsenter", [$"--net=/run/netns/{topology.Controller.Name}", Python, Script()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        StockDriver driver = new(Process.Start(start)!, id);
        try
        {
            await driver.SendAsync(driver.Settings(topology, agent), cancellationToken);
            return driver;
        }
        catch
        {
            await driver.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives an order and answers what came of it.</summary>
    /// <exception cref="InvalidOperationException">The driver raised an error.</exception>
    public Task<JsonNode?> OrderAsync(string what, JsonObject arguments, CancellationToken cancellationToken)
    {
        arguments["do"] = what;
        return SendAsync(arguments, cancellationToken);
    }

    /// <summary>An order without arguments.</summary>
    public Task<JsonNode?> OrderAsync(string what, CancellationToken cancellationToken) => OrderAsync(what, [], cancellationToken);

    /// <summary>Puts a listener's certificate where the driver's certificate manager finds it.</summary>
    public void StoreCertificate(string reference, string pem)
    {
        var end = pem.IndexOf("-----BEGIN RSA", StringComparison.Ordinal);
        _folder.Write($"{reference}.crt", pem[..end]);
        _folder.Write($"{reference}.key", pem[end..]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"--- Octavia's driver\n{await _errors}");
        _process.Dispose();
        _folder.Dispose();
    }

    private static string Script() => Path.Combine(Checkout.Top, "tests/end-to-end/Compatibility/stock_driver.py");

    private JsonObject Settings(Topology topology, AgentProcess agent) => new()
    {
        ["client_cert"] = _folder.Write("client.pem", agent.Certificates.ClientPem("octavia-worker")),
        ["server_ca"] = _folder.Write("server_ca.pem", agent.Certificates.AuthorityPem),
        ["port"] = agent.Configuration.Port,
        ["base_path"] = agent.BasePath,
        ["base_cert_dir"] = agent.CertificateFolder,
        ["key_store"] = KeyStore,
        ["load_balancer"] = LoadBalancerId,
        ["topology"] = agent.Configuration.Topology,
        ["vip"] = new JsonObject { ["address"] = topology.Vip.ToString(), ["cidr"] = topology.VipSubnet, ["gateway"] = topology.Gateway.ToString() },
        ["amphorae"] = new JsonArray(new JsonObject
        {
            ["id"] = agent.Configuration.AmphoraId,
            ["address"] = agent.Configuration.Address.ToString(),
            ["vrrp_ip"] = topology.VrrpIp.ToString(),
            ["role"] = "MASTER",
            ["priority"] = 100,
            ["mac"] = topology.VipPortMac,
        }),
    };

    private async Task<JsonNode?> SendAsync(JsonObject order, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OrderLimit);
        await _process.StandardInput.WriteLineAsync(order.ToJsonString().AsMemory(), limit.Token);
        await _process.StandardInput.FlushAsync(limit.Token);
        var line = await _process.StandardOutput.ReadLineAsync(limit.Token);
        if (line is null)
        {
            throw new InvalidOperationException($"Octavia's driver ended\n{await _errors}");
        }

        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error ? throw new InvalidOperationException($"{order["do"]}: {error}") : answer["result"];
    }
}
