// Random sequences of changes: after each one the running HAProxy is what a fresh one on its text would be.
using System.Globalization;
using System.Text;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Slots;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class RandomChangesTests
{
    private const int Steps = 40;

    private static readonly string[] s_balances = ["roundrobin", "leastconn", "source"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task What_runs_is_what_a_fresh_process_would_be(int seed)
    {
        await using var live = new HaproxyLive();
        var random = new Random(seed);
        var balancer = new RandomBalancer(random, HaproxyHost.FreePort());
        var steps = new Dictionary<HaproxyStep, int>();
        for (var i = 0; i < Steps; i++)
        {
            var what = i == 0 ? "is created" : balancer.Change();
            var uploaded = balancer.Text(live.Host);

            var step = await live.ApplyAsync(live.Host.Wanted(uploaded));

            steps[step] = steps.GetValueOrDefault(step) + 1;
            var seen = await FreshHaproxy.ReadServersAsync(live.Host.Paths, Cancel);
            Assert.True(await FreshHaproxy.ReadServersAsync(live, Cancel) == seen, $"seed {seed}, step {i}, {what}, {step}");
            Assert.Equal(balancer.Members(), Members(SlottedText.Parse(await File.ReadAllTextAsync(live.Host.Paths.Config, Cancel))));
            Assert.Equal(uploaded, await File.ReadAllTextAsync(live.Host.Paths.Uploaded, Cancel));
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", steps.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.True(steps.GetValueOrDefault(HaproxyStep.Change) > Steps / 4);
    }

    // Members as the running text has them: who, where, with which weight, and whether they serve.
    private static IReadOnlyList<string> Members(SlottedText text) => [.. text.Backends
        .SelectMany(backend => backend.Slots.Where(slot => slot.Use == SlotUse.Member).Select(slot =>
            string.Create(CultureInfo.InvariantCulture, $"{backend.Name} {slot.MemberId} {slot.Server.AddressText}:{slot.Server.Port} weight {slot.Weight} {(slot.IsInMaintenance ? "off" : "on")}")))
        .Order(StringComparer.Ordinal)];

    /// <summary>Some pools with members, in the words of Octavia's template. Nobody is at the members' addresses; checks find it out.</summary>
    private sealed class RandomBalancer(Random random, int port)
    {
        private readonly List<Pool> _pools = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new Pool { Balance = random.GetItems(s_balances, 1)[0], HasCookie = random.Next(4) == 0, HasMonitor = random.Next(2) == 0 })];
        private int _next;

        /// <summary>Changes something.</summary>
        /// <returns>What, for people.</returns>
        public string Change()
        {
            var pool = _pools[random.Next(_pools.Count)];
            var member = pool.Members.Count > 0 ? pool.Members[random.Next(pool.Members.Count)] : null;
            switch (random.Next(12))
            {
                case 0 or 1 or 2 or 3 or 4:
                    pool.Members.Insert(random.Next(pool.Members.Count + 1), new Member { Id = $"member-{_next++}", Address = Address(), Port = random.Next(1, 65536) });
                    return "a member joins";
                case 5 or 6 when member is not null:
                    pool.Members.Remove(member);
                    return "a member leaves";
                case 7 when member is not null:
                    member.Weight = random.Next(257);
                    return "another weight";
                case 8 when member is not null:
                    member.IsOff = !member.IsOff;
                    return "switched";
                case 9 when member is not null:
                    (member.Address, member.Port) = (Address(), random.Next(1, 65536));
                    return "moves";
                case 10 when member is not null:
                    (member.CheckPort, member.CheckAddress) = (random.Next(2) == 0 ? null : random.Next(1, 65536), random.Next(2) == 0 ? null : Address());
                    return "another place for checks";
                case 11 when member is not null:
                    member.IsBackup = !member.IsBackup;
                    return "backup";
                default:
                    pool.Balance = random.GetItems(s_balances, 1)[0];
                    return "another algorithm";
            }
        }

        public IReadOnlyList<string> Members() => [.. _pools.SelectMany((pool, index) => pool.Members.Select(member =>
            string.Create(CultureInfo.InvariantCulture, $"pool-{index}:listener {member.Id} {member.Address}:{member.Port} weight {member.Weight} {(member.IsOff ? "off" : "on")}"))).Order(StringComparer.Ordinal)];

        public string Text(HaproxyHost host)
        {
            var text = new StringBuilder(host.HttpConfig(port));
            for (var i = 0; i < _pools.Count; i++)
            {
                var pool = _pools[i];
                text.Append(CultureInfo.InvariantCulture, $"backend pool-{i}:listener\n    mode http\n    balance {pool.Balance}\n    timeout connect 1s\n    timeout server 5s\n    load-server-state-from-file global\n");
                text.Append(pool.HasCookie ? "    cookie SRV insert indirect nocache\n" : "    stick-table type ip size 10k\n    stick on src\n");
                foreach (var member in pool.Members)
                {
                    text.Append(CultureInfo.InvariantCulture, $"    server {member.Id} {member.Address}:{member.Port} weight {member.Weight}");
                    text.Append(pool.HasMonitor ? " check inter 60s fall 3 rise 2" : "");
                    text.Append(pool.HasMonitor && member.CheckAddress is { } address ? $" addr {address}" : "");
                    text.Append(pool.HasMonitor && member.CheckPort is { } checkPort ? $" port {checkPort}" : "");
                    text.Append(pool.HasCookie ? $" cookie {member.Id}" : "").Append(member.IsBackup ? " backup" : "").Append(member.IsOff ? " disabled" : "").Append('\n');
                }
            }

            return text.ToString();
        }

        // Loopback: where checks find nobody and send nothing out.
        private string Address() => random.Next(4) == 0 ? "[::1]" : $"127.0.{random.Next(256)}.{random.Next(1, 255)}";
    }

    private sealed class Pool
    {
        public required string Balance { get; set; }

        public required bool HasCookie { get; init; }

        public required bool HasMonitor { get; init; }

        public List<Member> Members { get; } = [];
    }

    private sealed class Member
    {
        public required string Id { get; init; }

        public required string Address { get; set; }

        public required int Port { get; set; }

        public int Weight { get; set; } = 1;

        public bool IsOff { get; set; }

        public bool IsBackup { get; set; }

        public int? CheckPort { get; set; }

        public string? CheckAddress { get; set; }
    }
}
