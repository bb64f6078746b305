// What happens inside a running amphora that nobody orders: a full disk, a clock that jumps.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed class TroubleTests(SavedAmphora saved)
{
    private const string LoadBalancerIsThere = "until ls /var/lib/octavia/*/generation.json; do sleep 1; done";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(VirtualMachine.BootLimit);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_a_change_and_takes_nothing_away()
    {
        await using VmAmphora amphora = await BootAsync($"{LoadBalancerIsThere}; cat /dev/zero >/var/lib/fill; sleep 60; rm /var/lib/fill");
        TestDocument document = amphora.NewHttpDocument();
        await amphora.Api.PushAsync(document, Cancel);
        await amphora.ServedByAsync(Cancel);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null) { Pause = Pause };

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
        await using VmAmphora amphora = await BootAsync($"{LoadBalancerIsThere}; sleep 10; date -s 3days; sleep 40; date -s -3days");
        TestDocument document = amphora.NewHttpDocument();
        await amphora.Api.PushAsync(document, Cancel);
        await amphora.ServedByAsync(Cancel);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null) { Pause = Pause };

        IReadOnlyList<Answer> answers = await traffic.DuringAsync(new Uri($"http://{amphora.Topology.Vip}/"), async () =>
        {
            await Until.TrueAsync("its clock is ahead", Limit, async () => await AheadAsync(amphora) > TimeSpan.FromDays(2), Cancel);
            await ChangeAsync(amphora, document);
            await Until.TrueAsync("its clock is back", Limit, async () => await AheadAsync(amphora) < TimeSpan.FromDays(2), Cancel);
            await ChangeAsync(amphora, document);
        }, Cancel);

        Assert.Equal(["member-1"], Traffic.Count(answers).Keys);
    }

    // systemd-run-generator(8): a command of the kernel's command line, beside what boots anyway.
    private async Task<VmAmphora> BootAsync(string command)
    {
        string id = Guid.NewGuid().ToString();
        string arguments = $"systemd.unit=multi-user.target systemd.wants=kernel-command-line.service systemd.run_success_action=none systemd.run_failure_action=none \"systemd.run=/bin/sh -c '{command}'\"";
        return await VmAmphora.BootAsync(saved.Files, id, await saved.Files.IsoDriveAsync(id, "SINGLE", Cancel), members: 1, ["--kernel-arguments", arguments], Cancel);
    }

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
        document.LoadBalancer["listeners"]![0]!["timeout_client_data"] = 50_000 + document.Generation;
        Assert.Equal("applied", (string?)(await amphora.Api.PushAsync(document, Cancel))["result"]);
    }

    private static async Task<long> GenerationAsync(VmAmphora amphora, TestDocument document) => (long)(await amphora.Api.ReadAsync(document.Id, Cancel))["generation"]!;

    private static async Task<TimeSpan> AheadAsync(VmAmphora amphora) => await amphora.Api.ClockAsync(Cancel) - DateTimeOffset.UtcNow;
}
