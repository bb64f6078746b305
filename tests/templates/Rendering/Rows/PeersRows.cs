// config-rendering.md §3: the peers section.
using System.Net;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Rendering;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class PeersRows
{
    private static readonly string Header = $"peers {Documents.LoadBalancerId:N}_peers";

    [Fact]
    public void P1_a_pair_has_a_peers_section_named_after_the_load_balancer()
    {
        Assert.NotNull(Documents.Http().ActiveStandby().Haproxy().Find(Header));

        Assert.DoesNotContain(Documents.Http().Haproxy().Sections, section => section.HeaderWords[0] == "peers");
    }

    [Fact]
    public void P2_each_allocated_amphora_is_a_peer_at_port_1025()
    {
        var peers = Documents.Http().ActiveStandby().Haproxy()[Header];

        Assert.Equal(
            [$"peer {PeerName.Of(Documents.OwnAmphoraId)} 203.0.113.11:1025", $"peer {PeerName.Of(Documents.OtherAmphoraId)} 203.0.113.12:1025"],
            peers.Lines);
    }

    [Fact]
    public void P2_amphorae_that_are_not_allocated_are_left_out()
    {
        var document = Documents.Http().ActiveStandby();
        document = document with { Amphorae = [document.Amphorae[0], document.Amphorae[1] with { Status = AmphoraStatus.FailoverStopped }] };

        Assert.Single(document.Haproxy()[Header].Lines);
    }

    [Fact]
    public void P2_an_IPv6_peer_is_in_brackets()
    {
        var document = Documents.Http().ActiveStandby().OwnAmphora(a => a with { VrrpIp = IPAddress.Parse("2001:DB8:0::11") });

        Assert.EndsWith(" [2001:db8::11]:1025", document.Haproxy()[Header].Lines[0], StringComparison.Ordinal);
    }

    // Reference values from Python: base64.b64encode(hashlib.sha1(id).digest(), b'_-').rstrip('='), a leading '-' replaced by 'x'.
    [Theory]
    [InlineData("1429b6d3-69a2-5c84-914e-9a2494ec78c9", "8AL69jjfQpoRbLjTcLmZPymdq9k")]
    [InlineData("2e5aa45d-7260-5c19-a70d-d69209ac0337", "4CaeCkx0bpsqMEYy84-qvRt4GOI")]
    [InlineData("00000000-0000-0000-0000-000000000064", "xC19DVJPYsH2CtfDhTe91ykairA")]
    public void P3_a_peer_name_is_a_hash_of_the_id(string id, string name) => Assert.Equal(name, PeerName.Of(id));

    [Fact]
    public void P3_no_peer_name_looks_like_an_option()
    {
        var names = Enumerable.Range(0, 2000).Select(i => PeerName.Of($"{i}"));

        Assert.All(names, name => Assert.Matches(@"\A[A-Za-z0-9_][A-Za-z0-9_-]{26}\z", name));
    }

    [Fact]
    public void P4_the_files_name_the_own_peer() =>
        Assert.Equal(PeerName.Of("1429b6d3-69a2-5c84-914e-9a2494ec78c9"), Documents.Http().ActiveStandby().Files().LocalPeer);
}
