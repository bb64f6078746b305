// Which host an amphora is put on.
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Compute.Local;
using Amphora.Controller.Drivers.Compute.Netns;
using Xunit;

namespace Amphora.Controller.Tests.Drivers.Netns;

public sealed class HostPlacing
{
    private static readonly string[] s_hosts = ["a", "b", "c"];
    private static readonly ServerGroup s_strict = new("1", "strict", AntiAffinity.AntiAffinity);
    private static readonly ServerGroup s_soft = new("2", "soft", AntiAffinity.SoftAntiAffinity);

    [Fact]
    public void The_least_used_host_is_taken() => Assert.Equal("c", HostPlacement.Choose(s_hosts, [On("a"), On("b")], null, null));

    [Fact]
    public void Apart_from_its_group_counts_before_the_least_used() =>
        Assert.Equal("b", HostPlacement.Choose(["a", "b"], [On("a", s_strict), On("b"), On("b")], s_strict, null));

    [Fact]
    public void No_host_free_of_the_group_is_an_end_for_a_strict_one()
    {
        AmphoraRecord[] machines = [On("a", s_strict), On("b", s_strict), On("c", s_strict)];

        var refusal = Assert.Throws<DriverException>(() => HostPlacement.Choose(s_hosts, machines, s_strict, null));

        Assert.Equal(DriverErrorKind.Exhausted, refusal.Kind);
        Assert.Equal("a", HostPlacement.Choose(s_hosts, machines, null, null));
    }

    [Fact]
    public void A_soft_group_takes_the_host_with_the_fewest_of_its_own() =>
        Assert.Equal("b", HostPlacement.Choose(["a", "b"], [On("a", s_soft), On("a", s_soft), On("b", s_soft), On("b"), On("b")], s_soft, null));

    [Fact]
    public void A_zone_is_a_host()
    {
        Assert.Equal("b", HostPlacement.Choose(s_hosts, [On("b")], null, "b"));
        Assert.Equal(DriverErrorKind.NotFound, Assert.Throws<DriverException>(() => HostPlacement.Choose(s_hosts, [], null, "nova")).Kind);
    }

    private static AmphoraRecord On(string host, ServerGroup? group = null) => new() { AmphoraId = Guid.NewGuid(), Host = host, ServerGroupId = group?.Id };
}
