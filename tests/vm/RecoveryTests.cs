// What an amphora does when its machine is reset or loses its power, with no controller there.
using System.Diagnostics;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed class RecoveryTests(SavedAmphora saved)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_power_cut_it_serves_again_with_no_controller()
    {
        await using VmAmphora amphora = await VmAmphora.StartAsync(saved, members: 1, Cancel);
        TestDocument document = amphora.NewHttpDocument();
        await amphora.Api.PushAsync(document, Cancel);
        Assert.Equal("member-1", await amphora.ServedByAsync(Cancel));

        await amphora.Machine.CutPowerAsync(Cancel);
        await amphora.Machine.PowerOnAsync(Cancel);

        Assert.Equal("member-1", await amphora.ServedByAsync(Cancel));
        using AgentApi api = amphora.Machine.Api(saved.Files);
        Assert.Equal(1, (int)(await api.ReadAsync(document.Id, Cancel))["generation"]!);
    }

    [Fact]
    public async Task After_a_reset_it_serves_again_with_no_controller()
    {
        await using VmAmphora amphora = await VmAmphora.StartAsync(saved, members: 1, Cancel);
        TestDocument document = amphora.NewHttpDocument();
        await amphora.Api.PushAsync(document, Cancel);
        await amphora.ServedByAsync(Cancel);
        // The reset is the power cut of what has not reached the disk, and the answer promised that it has.
        await amphora.Machine.ResetAsync(Cancel);

        Assert.Equal("member-1", await amphora.ServedByAsync(Cancel));
        using AgentApi api = amphora.Machine.Api(saved.Files);
        await Until.TrueAsync("the agent answers", TimeSpan.FromSeconds(VirtualMachine.BootLimit), async () =>
        {
            try
            {
                return (bool)(await api.StatusAsync(document.Id, Cancel))["haproxy_running"]!;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !Cancel.IsCancellationRequested)
            {
                // The load balancer came back before its agent.
                return false;
            }
        }, Cancel);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1.5)]
    public async Task A_power_cut_during_a_push_leaves_the_old_configuration_or_the_new_one(double share)
    {
        await using VmAmphora amphora = await VmAmphora.StartAsync(saved, members: 1, Cancel);
        TestDocument document = amphora.NewHttpDocument();
        long start = Stopwatch.GetTimestamp();
        await amphora.Api.PushAsync(document, Cancel);
        TimeSpan wait = share * Stopwatch.GetElapsedTime(start);
        document.Generation = 2;
        document.AddListener("HTTP", 8080, document.LoadBalancer["pools"]![0]!.AsObject());

        Task<JsonNode> push = amphora.Api.PushAsync(document, Cancel);
        await Task.Delay(wait, Cancel);
        bool wasAnswered = push.IsCompletedSuccessfully;
        await amphora.Machine.CutPowerAsync(Cancel);
        await Record.ExceptionAsync(() => push);
        await amphora.Machine.PowerOnAsync(Cancel);

        Assert.Equal("member-1", await amphora.ServedByAsync(Cancel));
        using AgentApi api = amphora.Machine.Api(saved.Files);
        JsonNode kept = await api.ReadAsync(document.Id, Cancel);
        (long generation, int listeners) = ((long)kept["generation"]!, kept["loadbalancer"]!["listeners"]!.AsArray().Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"cut after {wait.TotalMilliseconds:0} ms, answered: {wasAnswered}, generation {generation}");
        Assert.True((generation, listeners) is (1, 1) or (2, 2), $"generation {generation} with {listeners} listeners");
        Assert.True(!wasAnswered || generation == 2, "what was answered is lost");
        string haproxy = await HaproxyAsync(api, document.Id);
        Assert.Equal(listeners, haproxy.Split('\n').Count(line => line.TrimStart().StartsWith("bind ", StringComparison.Ordinal)));
    }

    private static async Task<string> HaproxyAsync(AgentApi api, string loadBalancer) => await api.TextAsync($"/2.0/load-balancers/{loadBalancer}/config/haproxy", Cancel);
}
