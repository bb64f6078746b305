// Two controllers under load that are killed at random: nothing is lost, and nothing is there twice.
using System.Diagnostics;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Controller.Tests.Hosting;

public sealed class KilledControllersTests
{
    // Recorded and not ended: more than two controllers can have in their hands.
    private const int MostOpen = 100;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    // A controller that is killed last leaves flows for a whole lease.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_load_balancer_is_lost_or_there_twice()
    {
        int seed = Scale.Of("AMPHORA_CHAOS_SEED", Random.Shared.Next());
        int count = Scale.Of("AMPHORA_CHAOS_LOAD_BALANCERS", 300);
        Random random = new(seed);
        Tenant[] tenants = [.. Enumerable.Range(0, count).Select(number => new Tenant(number, random))];
        await using ServingPair pair = await ServingPair.OpenAsync(spares: count / 10);
        await pair.Caller.Housekeeping.Single(job => job.Name == "spares").RunAsync(Cancel);
        await Task.WhenAll(pair.Start(0).ReadyAsync(Cancel), pair.Start(1).ReadyAsync(Cancel));

        long start = Stopwatch.GetTimestamp();
        using CancellationTokenSource calm = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<int> killing = KillAsync(pair, new Random(seed), calm.Token);
        await AskAsync(pair, tenants);
        TimeSpan asked = Stopwatch.GetElapsedTime(start);
        await calm.CancelAsync();
        int kills = await killing;
        await Until.TrueAsync("every flow ends", s_limit, async () => (await OpenAsync(pair)) == 0, Cancel);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"AMPHORA_CHAOS_SEED={seed}: {count} load balancers, {tenants.Sum(tenant => tenant.Flows.Count)} flows asked for within {asked.TotalSeconds:0} s, ended within {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s; {kills} kills");

        IReadOnlyList<string> problems = await Aftermath.ProblemsAsync(pair, tenants);
        Assert.True(problems.Count == 0, $"AMPHORA_CHAOS_SEED={seed}, {kills} kills: {problems.Count} problems:\n{string.Join('\n', problems.Take(40))}");
    }

    // Any of the two, any time; sometimes both are dead.
    private static async Task<int> KillAsync(ServingPair pair, Random random, CancellationToken calm)
    {
        for (int kills = 0; ; kills++)
        {
            int which = random.Next(2);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 4000)), calm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (calm.IsCancellationRequested)
            {
                return kills;
            }

            await pair.KillAsync(which);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1000)), Cancel);
            pair.Start(which);
        }
    }

    // What comes next for a load balancer is asked for when what came before has ended, and new ones while there are not too many.
    private static async Task AskAsync(ServingPair pair, IReadOnlyList<Tenant> tenants)
    {
        long start = Stopwatch.GetTimestamp();
        Queue<Tenant> unborn = new(tenants);
        List<Tenant> born = [];
        while (unborn.Count > 0 || born.Count > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < s_limit, $"{unborn.Count + born.Count} load balancers are not ready for what is asked of them next");
            var rows = (await pair.ReadAsync(transaction => new LoadBalancerRows(transaction).ListAsync(null, Cancel))).ToDictionary(row => row.Id, row => row.ProvisioningStatus);
            Assert.DoesNotContain(RowStatus.Error, rows.Values);
            List<Tenant> ready = [.. born.Where(tenant => rows[tenant.Id] == RowStatus.Active)];
            int open = born.Count - ready.Count;
            for (; open < MostOpen && unborn.Count > 0; open++)
            {
                ready.Add(unborn.Peek());
                born.Add(unborn.Dequeue());
            }

            await Parallel.ForEachAsync(ready, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, async (tenant, token) => await tenant.AskAsync(pair, token));
            born.RemoveAll(tenant => tenant.IsDone);
            await Task.Delay(s_look, Cancel);
        }
    }

    private static async Task<int> OpenAsync(ServingPair pair) => (await pair.ReadAsync(transaction => new FlowRows(transaction).CountOpenAsync(Cancel))).Sum(flows => flows.Count);
}
