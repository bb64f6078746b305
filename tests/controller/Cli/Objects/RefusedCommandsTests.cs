// What is wrong with a command for objects is said, and nothing is changed by it.
using Xunit;

namespace Amphora.Controller.Tests.Cli.Objects;

/// <summary>One load balancer for all of them, as none changes it.</summary>
public sealed class WebFixture : IAsyncLifetime
{
    internal NoopController Controller { get; } = new();

    public async ValueTask InitializeAsync() => await Controller.CreateWebAsync();

    public ValueTask DisposeAsync()
    {
        Controller.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class RefusedCommandsTests(WebFixture web) : IClassFixture<WebFixture>
{
    [Theory]
    [InlineData("listener create web --protocol HTTP", 2, "--protocol-port")]
    [InlineData("listener create web --protocol SMTP --protocol-port 25", 2, "--protocol 'SMTP': one of TCP, HTTP")]
    [InlineData("listener create web --protocol HTTP --protocol-port 0", 2, "--protocol-port '0'")]
    [InlineData("listener create nowhere --protocol HTTP --protocol-port 81", 3, "Load Balancer nowhere not found.")]
    [InlineData("listener create web --protocol HTTP --protocol-port 81 --default-pool red", 3, "Pool red not found.")]
    [InlineData("listener create web --protocol HTTP --protocol-port 80", 3, "protocol_port 80")]
    [InlineData("listener create web --protocol TCP --protocol-port 81 --insert-headers X-Forwarded-For=true", 2, "insert_headers")]
    [InlineData("listener create web --protocol UDP --protocol-port 53 --default-pool blue", 2, "V4")]
    [InlineData("listener set front --protocol TCP", 2, "--protocol")]
    [InlineData("pool create --protocol HTTP --lb-algorithm ROUND_ROBIN", 2, "--loadbalancer, --listener")]
    [InlineData("pool create --loadbalancer web --listener front --protocol HTTP --lb-algorithm ROUND_ROBIN", 2, "--loadbalancer, --listener")]
    [InlineData("pool create --loadbalancer web --protocol HTTP --lb-algorithm ROUND_ROBIN --session-persistence type=COOKIE", 2, "--session-persistence 'type=COOKIE'")]
    [InlineData("pool create --loadbalancer web --protocol HTTP --lb-algorithm ROUND_ROBIN --session-persistence type=APP_COOKIE", 2, "cookie_name")]
    [InlineData("member create blue --address 10.0.0.300 --protocol-port 80", 2, "--address '10.0.0.300'")]
    [InlineData("member show blue nobody", 3, "Member nobody not found.")]
    [InlineData("healthmonitor create blue --type TCP --delay 5 --timeout 3 --max-retries 3 --url-path /x", 2, "url_path")]
    [InlineData("l7policy create front --action REDIRECT_TO_POOL", 2, "redirect_pool_id")]
    [InlineData("member batch blue --file /nowhere.json", 2, "/nowhere.json")]
    [InlineData("listener list --wait", 2, "--wait")]
    [InlineData("listener delete front --wait --no-wait", 2, "--wait and --no-wait")]
    public async Task What_is_wrong_is_said_with_name_and_value_and_changes_nothing(string command, int code, string message)
    {
        var (exit, _, error) = await web.Controller.TryAsync(command.Split(' '));

        Assert.Equal(code, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(("ACTIVE", 1), ((string)Assert.Single(await web.Controller.JsonAsync("lb", "list"))["provisioning_status"]!, (await web.Controller.JsonAsync("listener", "list")).Count));
    }
}
