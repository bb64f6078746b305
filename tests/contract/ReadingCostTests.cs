// Reading a large document allocates little, and twice the document costs twice as much.
using System.Net;
using Amphora.Contract.DesiredState;
using Xunit;

namespace Amphora.Contract.Tests;

public sealed class ReadingCostTests
{
    [Fact]
    public void A_large_document_allocates_a_few_times_its_size_and_linearly()
    {
        byte[] half = Large(listeners: 50, members: 20), whole = Large(listeners: 100, members: 20);

        long costOfHalf = Allocated(half), costOfWhole = Allocated(whole);

        Assert.InRange(whole.Length, 250_000, 1_200_000);
        Assert.InRange(costOfWhole, 1, whole.Length * 5L);
        Assert.InRange((double)costOfWhole / costOfHalf, 1.5, 2.5);
    }

    [Fact]
    public void A_document_full_of_faults_costs_as_much_as_its_size_allows()
    {
        var document = Large(listeners: 100, members: 20);
        document.AsSpan().Replace((byte)'.', (byte)'!');

        var cost = Allocated(document);

        Assert.InRange(cost, 1, document.Length * 20L);
    }

    private static long Allocated(byte[] document)
    {
        // The first reads fill the pools.
        DesiredStateReader.Read(document);
        DesiredStateReader.Read(document);
        var before = GC.GetAllocatedBytesForCurrentThread();
        DesiredStateReader.Read(document);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Large(int listeners, int members)
    {
        var document = DesiredStateReader.Read(Golden.Examples["03-http-monitor-cookie"]).Document!;
        var loadBalancer = document.LoadBalancer;
        var numbers = Enumerable.Range(1, listeners).ToArray();
        var pools = numbers.Select(number => loadBalancer.Pools[0] with
        {
            Id = Guid.NewGuid(),
            HealthMonitor = loadBalancer.Pools[0].HealthMonitor! with { Id = Guid.NewGuid() },
            Members = Enumerable.Range(1, members).Select(member => new Member
            {
                Id = Guid.NewGuid(),
                Name = $"member {number} {member}",
                Address = new IPAddress([10, 1, (byte)number, (byte)member]),
                ProtocolPort = 80,
                Weight = 5,
                MonitorAddress = new IPAddress([10, 2, (byte)number, (byte)member]),
                MonitorPort = 8080,
            }).ToValueList(),
        }).ToValueList();
        return DesiredStateWriter.Write(document with
        {
            LoadBalancer = loadBalancer with
            {
                Pools = pools,
                Listeners = numbers.Select(number => loadBalancer.Listeners[0] with
                {
                    Id = Guid.NewGuid(),
                    ProtocolPort = 1000 + number,
                    DefaultPoolId = pools[number - 1].Id,
                }).ToValueList(),
            },
        });
    }
}
