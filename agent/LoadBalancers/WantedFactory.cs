// Document bytes → Wanted, or the faults that forbid it: parse, check against this amphora, render.
using Amphora.Agent.Apply;
using Amphora.Agent.Certificates;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Keepalived;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Rendering;

namespace Amphora.Agent.LoadBalancers;

/// <summary>The pure beginning of a PUT; the only inputs from outside are the measured host facts and the certificate files.</summary>
internal sealed class WantedFactory(LoadBalancersOptions options, HostFactsReader hostFacts, CertificateStore certificates, LoadBalancerRenderer renderer)
{
    /// <summary>The document in the body of <c>PUT /2.0/load-balancers/{id}</c>, with this agent's directories in its settings.</summary>
    public DesiredStateResult Read(string id, byte[] body)
    {
        var read = DesiredStateReader.Read(body);
        if (read.Document is not { } document)
        {
            return read;
        }

        var faults = CheckAgainstThisAmphora(id, document);
        return faults.Count > 0
            ? new DesiredStateResult(null, faults)
            : new DesiredStateResult(document with { Settings = document.Settings with { BasePath = options.BasePath, BaseCertDir = options.BaseCertDir } }, []);
    }

    /// <summary>What a document that was read wants on this host.</summary>
    public async Task<(Wanted? Wanted, ValueList<Fault> Faults)> MakeAsync(DesiredStateDocument document, CancellationToken cancellationToken)
    {
        var rendered = renderer.Render(document, await hostFacts.ReadAsync(cancellationToken));
        return rendered.Files is { } files ? (Make(document.LoadBalancer.Id.ToString("D"), document, files), []) : (null, rendered.Faults);
    }

    private static Wanted Make(string id, DesiredStateDocument document, RenderedLoadBalancer files) => new()
    {
        LoadBalancerId = id,
        Document = document,
        Haproxy = new HaproxyWanted
        {
            LoadBalancerId = id,
            Config = files.HaproxyConfig,
            LocalPeer = files.LocalPeer,
            CrtLists = files.CrtLists.Select(static list => new CrtListFile(list.ListenerId.ToString("D"), list.Text)).ToValueList(),
        },
        Keepalived = new KeepalivedWanted
        {
            LoadBalancerId = id,
            VrrpConfig = files.KeepalivedConfig,
            Lvs = files.Lvs.Select(static lvs => new LvsConfig(lvs.ListenerId.ToString("D"), lvs.Text)).ToValueList(),
        },
        FirewallRules = files.Nftables,
        Announce = document.Topology == Topology.Single ? document.LoadBalancer.Vips : [],
    };

    private ValueList<Fault> CheckAgainstThisAmphora(string id, DesiredStateDocument document)
    {
        var faults = new List<Fault>(certificates.Check(document));
        if (document.LoadBalancer.Id.ToString("D") != id)
        {
            faults.Add(new Fault("/loadbalancer/id", "path", $"the document is for load balancer {document.LoadBalancer.Id:D}, the path names {id}"));
        }

        if (options.AmphoraId is { } own && document.AmphoraId.ToString("D") != own)
        {
            faults.Add(new Fault("/amphora_id", "amphora_id", $"the document is for amphora {document.AmphoraId:D}, this is {own}"));
        }

        var standard = new Settings();
        CheckDirectory(faults, "base_path", document.Settings.BasePath, standard.BasePath, options.BasePath);
        CheckDirectory(faults, "base_cert_dir", document.Settings.BaseCertDir, standard.BaseCertDir, options.BaseCertDir);
        return faults.ToValueList();
    }

    // The default stands for "where the agent keeps it"; anything else has to be the truth.
    private static void CheckDirectory(List<Fault> faults, string setting, string wanted, string standard, string own)
    {
        if (wanted != standard && wanted != own)
        {
            faults.Add(new Fault($"/settings/{setting}", setting, $"the document says {wanted}, this agent is configured with {own}"));
        }
    }
}
