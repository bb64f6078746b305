// What happens inside a running amphora that nobody orders: a full disk, a clock that jumps.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed class TroubleTests(SavedAmphora saved)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(VirtualMachine.BootLimit);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_a_change_and_takes_nothing_away()
    {
        (VmAmphora amphora, TestDocument document) = await ServingAsync("cat /dev/zero >/var/lib/fill; sleep 60; rm /var/lib/fill");
        await using VmAmphora ending = amphora;
        using Traffic traffic = NewTraffic(amphora);

        string? refusal = null;
        IReadOnlyList<Answer> answers = await traffic.DuringAsync(new Uri($"http://{amphora.Topology.Vip}/"), async () =>
        {
            refusal = await UntilRefusedAsync(amphora, document);
            Assert.Equal(document.Generation - 1, await GenerationAsync(amphora, document));
            await Until.TrueAsync("there is room again", Limit, async () => await PushedAsync(amphora, document) is null, Cancel);
        }, Cancel);

        TestContext.Current.TestOutputHelper?.WriteLine(refusal!);
        Assert.Contains("No space left on device", refusal, StringComparison.Ordinal);
        Assert.Equal(document.Generation, await GenerationAsync(amphora, document));
        Assert.Equal(["member-1"], Traffic.Count(answers).Keys);
    }

    [Fact]
    public async Task A_clock_that_jumps_days_and_back_loses_no_request_and_no_order()
    {
        // Back once the change is in force that was ordered meanwhile.
        (VmAmphora amphora, TestDocument document) = await ServingAsync(
            $"sleep 10; date -s 3days; until grep -q {ClientTimeout(2)} /var/lib/octavia/*/generation.json; do sleep 1; done; date -s -3days");
        await using VmAmphora ending = amphora;
        using Traffic traffic = NewTraffic(amphora);

        IReadOnlyList<Answer> answers = await traffic.DuringAsync(new Uri($"http://{amphora.Topology.Vip}/"), async () =>
        {
            await Until.TrueAsync("its clock is ahead", Limit, async () => await AheadAsync(amphora) > TimeSpan.FromDays(2), Cancel);
            await ChangeAsync(amphora, document);
            await Until.TrueAsync("its clock is back", Limit, async () => await AheadAsync(amphora) < TimeSpan.FromDays(2), Cancel);
            await ChangeAsync(amphora, document);
        }, Cancel);

        Assert.Equal(["member-1"], Traffic.Count(answers).Keys);
    }

    // An amphora that serves; the command runs in it once its load balancer is there.
    private async Task<(VmAmphora Amphora, TestDocument Document)> ServingAsync(string command)
    {
        VmAmphora amphora = await VmAmphora.BootAsync(saved.Files, $"until ls /var/lib/octavia/*/generation.json; do sleep 1; done; {command}", Cancel);
        try
        {
            TestDocument document = amphora.NewHttpDocument();
            await amphora.Api.PushAsync(document, Cancel);
            await amphora.ServedByAsync(Cancel);
            return (amphora, document);
        }
        catch
        {
            await amphora.DisposeAsync();
            throw;
        }
    }

    private static Traffic NewTraffic(VmAmphora amphora) => new(amphora.Topology.Client, amphora.Topology.Vip, null) { Pause = Pause, Limit = VirtualMachine.CallLimit };

    // Changes until one is refused.
    private static async Task<string> UntilRefusedAsync(VmAmphora amphora, TestDocument document)
    {
        string? refusal = null;
        await Until.TrueAsync(
            "the disk is full",
            Limit,
            async () =>
            {
                document.Generation++;
                document.LoadBalancer["name"] = $"generation {document.Generation}";
                return (refusal = await PushedAsync(amphora, document)) is not null;
            },
            Cancel);
        return refusal!;
    }

    // What the agent said against it; null: it is in force.
    private static async Task<string?> PushedAsync(VmAmphora amphora, TestDocument document)
    {
        try
        {
            await amphora.Api.PushAsync(document, Cancel);
            return null;
        }
        catch (HttpRequestException exception) when (exception.StatusCode is not null)
        {
            return exception.Message;
        }
    }

    private static async Task ChangeAsync(VmAmphora amphora, TestDocument document)
    {
        document.Generation++;
        document.LoadBalancer["listeners"]![0]!["timeout_client_data"] = ClientTimeout(document.Generation);
        Assert.Equal("applied", (string?)(await amphora.Api.PushAsync(document, Cancel))["result"]);
    }

    private static long ClientTimeout(long generation) => 50_000 + generation;

    private static async Task<long> GenerationAsync(VmAmphora amphora, TestDocument document) => (long)(await amphora.Api.ReadAsync(document.Id, Cancel))["generation"]!;

    private static async Task<TimeSpan> AheadAsync(VmAmphora amphora) => await amphora.Api.ClockAsync(Cancel) - DateTimeOffset.UtcNow;
}
