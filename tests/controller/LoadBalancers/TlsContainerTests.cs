// Listeners with certificates: sealed where they are kept, opened for the amphora, refused when they are not there.
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class TlsContainerTests
{
    private const string Content = "-----BEGIN CERTIFICATE-----\nnot looked at here\n-----END CERTIFICATE-----\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_s_certificate_is_pushed_with_it_and_lies_sealed()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var container = await AddAsync(world, "demo", TlsFileKind.Certificate);
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        var end = await ChangeAsync(world, id, container.Ref);

        Assert.Equal(FlowState.Success, end.End!.State);
        var amphora = Assert.Single(await world.AmphoraeAsync()).Id;
        var push = world.Agents.Pushed(amphora)!;
        Assert.Equal((container.Ref, container.File), (Assert.Single(push.TlsFiles).Ref, push.TlsFiles[0].File));
        Assert.Equal(Content, Encoding.UTF8.GetString(push.FindFile(container.File)!));
        Assert.DoesNotContain("CERTIFICATE", container.Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", TlsFileKind.Certificate, "There is no such TLS container.")]
    [InlineData("demo", TlsFileKind.Ca, "kind ca, certificate is needed")]
    public async Task A_container_of_another_project_or_kind_is_refused(string project, TlsFileKind kind, string reason)
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var container = await AddAsync(world, project, kind);
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        var end = await ChangeAsync(world, id, container.Ref);

        Assert.Contains(reason, end.Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains(container.Ref, end.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    [Fact]
    public void A_container_that_is_moved_or_sealed_by_others_does_not_open()
    {
        TlsContainers containers = new(LoadBalancerWorld.Keys), others = new(new SealingKeys([[.. Enumerable.Repeat((byte)7, 32)]]));
        var row = containers.Seal(NewContainer("demo", TlsFileKind.Certificate));

        Assert.Equal(Content, Encoding.UTF8.GetString(containers.Open(row)));
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => containers.Open(row with { Id = Guid.NewGuid() }));
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => others.Open(row));
    }

    private static async Task<TlsContainerRow> AddAsync(LoadBalancerWorld world, string project, TlsFileKind kind)
    {
        var row = world.Services.Tls.Seal(NewContainer(project, kind));
        await world.Database.InTransactionAsync((transaction, token) => new TlsContainerRows(transaction).InsertAsync(row, token), Cancel);
        return row;
    }

    private static NewTlsContainer NewContainer(string project, TlsFileKind kind) => new()
    {
        ProjectId = project,
        Name = "www",
        Kind = kind,
        File = $"{new string('a', 40)}.pem",
        Content = Content,
        Sha256 = Controller.Certificates.TlsBundle.Digest(Content),
    };

    private static async Task<(FlowEnd? End, Refusal? Refusal)> ChangeAsync(LoadBalancerWorld world, Guid id, string reference)
    {
        var engine = world.Engine();
        var decision = await new ChangeObjects(world.Services, engine).RecordAsync(
            id,
            tree =>
            {
                tree["listeners"]!.AsArray().Add((JsonNode)new JsonObject { ["id"] = Guid.NewGuid(), ["protocol"] = "TERMINATED_HTTPS", ["protocol_port"] = 443, ["default_tls_container_ref"] = reference });
                return null;
            },
            Cancel);
        return decision.Refusal is { } refusal ? (null, refusal) : (await engine.RunAsync(decision.Value!.FlowId, null, Cancel), null);
    }
}
