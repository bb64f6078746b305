// Rounds of the health manager on load balancers without machines.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Health.Intake;
using Amphora.Controller.Health.Repair;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Tests.LoadBalancers;
using Amphora.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Controller.Tests.Health.Repair;

public sealed class RepairTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly RepairOptions s_options = new() { HeartbeatTimeout = TimeSpan.FromSeconds(1) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_one_failover_ends_the_next_begins_and_never_more_than_may()
    {
        await using Rounds rounds = await Rounds.OpenAsync(6, s_options with { FailoverThreads = 2, Breaker = new CircuitBreakerOptions { Share = 0 } });
        rounds.World.Compute.BuildTime = TimeSpan.FromMilliseconds(300);
        await rounds.SilenceAsync(rounds.Amphorae);

        int most = 0;
        await rounds.UntilAsync("all are replaced", async () =>
        {
            most = Math.Max(most, (await rounds.World.Compute.ListAsync(Cancel)).Count(machine => machine.Status == ComputeStatus.Build));
            return rounds.Replaced == 6;
        });

        Assert.Equal(2, most);
        Assert.Empty((await rounds.World.AmphoraeAsync()).Select(row => row.Id).Intersect(rounds.Amphorae));
        Assert.All(await rounds.BalancersAsync(), balancer => Assert.Equal(RowStatus.Active, balancer.ProvisioningStatus));
    }

    [Fact]
    public async Task One_that_answers_and_serves_is_left_alone()
    {
        await using Rounds rounds = await Rounds.OpenAsync(1, s_options);
        await rounds.SilenceAsync(rounds.Amphorae, agentsToo: false);

        await rounds.UntilAsync("it was looked at", () => Task.FromResult(rounds.Repairs.LeftAlone == 1));
        await rounds.RoundAsync();

        Assert.Equal((0, 0), (rounds.Replaced, rounds.Repairs.UnderWay));
    }

    [Fact]
    public async Task One_that_answers_and_does_not_serve_gets_its_document_again_and_is_replaced_when_that_does_not_help()
    {
        await using Rounds rounds = await Rounds.OpenAsync(1, s_options);
        await rounds.SilenceAsync(rounds.Amphorae, agentsToo: false);
        rounds.World.Agents.NotServing[rounds.Amphorae[0]] = true;
        int before = rounds.World.Agents.Calls.Count;

        await rounds.UntilAsync("it was restarted", () => Task.FromResult(rounds.Repairs.Counts.All.Contains(("restart", "success", 1))));
        IReadOnlyList<string> calls = [.. rounds.World.Agents.Calls.Skip(before)];
        await rounds.UntilAsync("it is replaced", () => Task.FromResult(rounds.Replaced == 1));

        Assert.Equal([$"push {rounds.Amphorae[0]}"], calls);
    }

    [Fact]
    public async Task One_in_error_is_replaced_after_a_time_whoever_says_what()
    {
        await using Rounds rounds = await Rounds.OpenAsync(1, s_options with { RetryAfter = TimeSpan.FromMilliseconds(500) });
        await rounds.World.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await new AmphoraRows(transaction).SetStatusAsync(rounds.Amphorae[0], AmphoraStatus.Error, token);
                await new HealthRows(transaction).MarkBusyAsync(rounds.Amphorae, token);
            },
            Cancel);

        await rounds.UntilAsync("it is replaced", () => Task.FromResult(rounds.Replaced == 1));

        Assert.Equal(AmphoraStatus.Allocated, Assert.Single(await rounds.World.AmphoraeAsync()).Status);
    }

    [Fact]
    public async Task When_many_are_silent_at_once_one_is_a_trial_and_the_others_follow()
    {
        // No pause of this machine is as long as the timeout, within which they went silent together.
        RepairOptions options = new() { HeartbeatTimeout = TimeSpan.FromSeconds(5), Breaker = new CircuitBreakerOptions { Hold = TimeSpan.FromSeconds(5) } };
        await using Rounds rounds = await Rounds.OpenAsync(4, options);
        await rounds.SilenceAsync(rounds.Amphorae);

        await rounds.UntilAsync("it holds", () => Task.FromResult(rounds.Breaker.State == BreakerState.Open));
        await rounds.RoundAsync();
        (int, int) held = (rounds.Replaced, rounds.Repairs.UnderWay);
        await rounds.UntilAsync("all are replaced", () => Task.FromResult(rounds.Replaced == 4));

        Assert.Equal((0, 0), held);
    }

    [Fact]
    public async Task Nobody_is_replaced_while_we_do_not_hear_well_ourselves()
    {
        await using Rounds rounds = await Rounds.OpenAsync(1, s_options);
        await rounds.SilenceAsync(rounds.Amphorae);
        rounds.Trouble.Note("a test");

        await rounds.RoundAsync();

        Assert.Equal((0, 0), (rounds.Replaced, rounds.Repairs.UnderWay));
        await rounds.UntilAsync("it is replaced", () => Task.FromResult(rounds.Replaced == 1));
    }

    /// <summary>A controller whose rounds the test turns.</summary>
    private sealed class Rounds : IAsyncDisposable
    {
        private readonly RepairLoop _loop;
        private readonly TimeSpan _timeout;

        private Rounds(LoadBalancerWorld world, IReadOnlyList<Guid> amphorae, RepairOptions options)
        {
            (World, Amphorae, _timeout) = (world, amphorae, options.HeartbeatTimeout);
            Breaker = new CircuitBreaker(options.Breaker);
            Trouble = new OwnTrouble(options.HeartbeatTimeout, TimeProvider.System);
            Remedies remedies = new(world.Services, world.Engine());
            Repairs = new Repairs(remedies, new OpinionReader(world.Services, options.LookLimit), Breaker, options, NullLogger<Repairs>.Instance);
            _loop = new RepairLoop(new RepairParts(world.Database, new HealthBook(), Trouble, Breaker, options), Repairs, remedies, NullLogger<RepairLoop>.Instance);
        }

        public LoadBalancerWorld World { get; }

        public IReadOnlyList<Guid> Amphorae { get; }

        public CircuitBreaker Breaker { get; }

        public OwnTrouble Trouble { get; }

        public Repairs Repairs { get; }

        public int Replaced => (int)Repairs.Counts.All[0].Count;

        public static async Task<Rounds> OpenAsync(int count, RepairOptions options)
        {
            var world = await LoadBalancerWorld.OpenAsync();
            for (int i = 0; i < count; i++)
            {
                await world.CreateAsync(LoadBalancerWorld.Request() with { Tree = null });
            }

            return new Rounds(world, [.. (await world.AmphoraeAsync()).Select(row => row.Id)], options);
        }

        /// <summary>They were heard of last a good while ago.</summary>
        public async Task SilenceAsync(IReadOnlyList<Guid> amphorae, bool agentsToo = true)
        {
            var last = World.Database.Clock.GetUtcNow() - (1.5 * _timeout);
            await World.Database.InTransactionAsync((transaction, token) => new HealthRows(transaction).RecordAsync(amphorae.ToDictionary(id => id, _ => last), token), Cancel);
            foreach (var id in amphorae.Where(_ => agentsToo))
            {
                World.Agents.Silence(id);
            }
        }

        public Task RoundAsync() => _loop.RoundAsync(Cancel, Cancel);

        public Task UntilAsync(string what, Func<Task<bool>> holds) => Until.TrueAsync(what, s_limit, async () =>
        {
            await RoundAsync();
            return await holds();
        }, Cancel);

        public Task<IReadOnlyList<LoadBalancerRow>> BalancersAsync() => World.Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).ListAsync(null, token), Cancel);

        public async ValueTask DisposeAsync()
        {
            await Repairs.DrainAsync();
            await World.DisposeAsync();
        }
    }
}
