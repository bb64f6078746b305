// A push over API 1.0: rendered here, uploaded file by file, put back when HAProxy does not take it.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;

namespace Amphora.Controller.Drivers.AmphoraAgent.Octavia;

/// <summary>Brings a stock agent to a document, as Octavia's driver does (driver-calls §3): certificates, haproxy.cfg, LVS, VRRP. What is
/// there already is left alone. A stock agent does not know all or nothing: HAProxy's own check comes before anything runs
/// differently, and a reload that fails is followed by the earlier text.</summary>
internal sealed class ConfigurationPush(OctaviaClient agent, LoadBalancerPush push)
{
    private static readonly LoadBalancerRenderer Renderer = new(TemplateSet.Load(null));

    private readonly DesiredStateDocument _document = push.DocumentFor(agent.Endpoint.AmphoraId);
    private readonly StepLog _steps = new();
    private bool _changed;

    /// <summary>Sends what is missing or different.</summary>
    public async Task<AgentAnswer<LoadBalancerApplied>> SendAsync(CancellationToken cancellationToken)
    {
        var details = await agent.GetDetailsAsync(cancellationToken);
        if (details.Error is { } unknown)
        {
            return unknown;
        }

        var rendered = Renderer.Render(_document, FactsOf(details.Value));
        if (rendered.Files is not { } files)
        {
            return new AgentError(AgentErrorKind.Refused, $"cannot render the document for {agent.Endpoint.Name}; nothing was sent") { Faults = rendered.Faults };
        }

        var error = await BringCertificatesAsync(files, cancellationToken)
            ?? await BringHaproxyAsync(files, cancellationToken)
            ?? await BringLvsAsync(files, cancellationToken)
            ?? await BringVrrpAsync(files, cancellationToken);
        return error is null ? _steps.Answer(push.Id, _changed ? "applied" : "unchanged", _document.Generation) : error;
    }

    private static HostFacts FactsOf(OctaviaDetails details) => new()
    {
        HaproxyVersion = details.HaproxyVersion,
        CpuCount = details.CpuCount,
        ActiveTunedProfiles = details.ActiveTunedProfiles,
        Memory = details.Memory is { } memory ? new HostMemory(memory.Free, memory.Buffers, memory.Cached) : null,
    };

    private async Task<AgentError?> BringCertificatesAsync(RenderedLoadBalancer files, CancellationToken cancellationToken)
    {
        for (var i = 0; i < push.TlsFiles.Count; i++)
        {
            if (await BringCertificateAsync(push.TlsFiles[i].File, push.FindFile(push.TlsFiles[i].File), i, cancellationToken) is { } error)
            {
                return error;
            }
        }

        foreach (var list in files.CrtLists)
        {
            if (await BringCertificateAsync($"{list.ListenerId:D}.pem", Encoding.UTF8.GetBytes(list.Text), index: 0, cancellationToken) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    // Without the content the agent's file has to do: it tells an MD5, the document a SHA-256.
    private async Task<AgentError?> BringCertificateAsync(string name, byte[]? content, int index, CancellationToken cancellationToken)
    {
        var found = await agent.FindCertificateAsync(push.Id, name, cancellationToken);
        if (found.Error is not null || (content is null && found.Value is not null) || (content is not null && found.Value == Md5(content)))
        {
            return found.Error;
        }

        if (content is null)
        {
            return push.MissingFile(agent.Endpoint, index, "does not have it");
        }

        Differs($"certificate file {name} {(found.Value is null ? "added" : "changed")}");
        return await _steps.RunAsync("upload", name, () => agent.PutCertificateAsync(push.Id, name, content, cancellationToken));
    }

    private async Task<AgentError?> BringHaproxyAsync(RenderedLoadBalancer files, CancellationToken cancellationToken)
    {
        var found = await agent.FindHaproxyAsync(push.Id, cancellationToken);
        if (found.Error is not null || (found.Value == files.HaproxyConfig && !_changed))
        {
            return found.Error;
        }

        if (files.HaproxyConfig is not { } text)
        {
            Differs("haproxy.cfg removed");
            return await _steps.RunAsync("delete", "haproxy.cfg", () => agent.DeleteAsync(push.Id.ToString("D"), cancellationToken));
        }

        Differs($"haproxy.cfg {(found.Value is null ? "added" : "changed")}");
        if (await _steps.RunAsync("upload", "haproxy.cfg", () => agent.UploadHaproxyAsync(_document.AmphoraId, push.Id, text, cancellationToken)) is { } refused)
        {
            return refused;
        }

        return await _steps.RunAsync("reload", $"load balancer {push.Id:D}", () => agent.ActAsync(push.Id, "reload", cancellationToken)) is { } failed
            ? await PutBackAsync(failed, found.Value, cancellationToken)
            : null;
    }

    private async Task<AgentError> PutBackAsync(AgentError cause, string? earlier, CancellationToken cancellationToken)
    {
        var undone = earlier is null
            ? await agent.DeleteAsync(push.Id.ToString("D"), cancellationToken)
            : await agent.UploadHaproxyAsync(_document.AmphoraId, push.Id, earlier, cancellationToken) ?? await agent.ActAsync(push.Id, "reload", cancellationToken);
        return undone is null ? cause : cause with { Message = $"{cause.Message}; putting the earlier configuration back failed as well: {undone.Message}" };
    }

    private async Task<AgentError?> BringLvsAsync(RenderedLoadBalancer files, CancellationToken cancellationToken)
    {
        foreach (var listener in files.Lvs)
        {
            var found = await agent.FindLvsAsync(listener.ListenerId.ToString("D"), cancellationToken);
            if (found.Error is { } unreadable)
            {
                return unreadable;
            }

            if (found.Value == listener.Text)
            {
                continue;
            }

            var name = $"LVS of listener {listener.ListenerId:D}";
            Differs($"{name} {(found.Value is null ? "added" : "changed")}");
            var error = await _steps.RunAsync("upload", name, () => agent.UploadLvsAsync(_document.AmphoraId, listener.ListenerId, listener.Text, cancellationToken))
                ?? await _steps.RunAsync("restart", name, () => agent.ActAsync(listener.ListenerId, "reload", cancellationToken));
            if (error is not null)
            {
                return error;
            }
        }

        return await RemoveStaleLvsAsync(files, cancellationToken);
    }

    private async Task<AgentError?> RemoveStaleLvsAsync(RenderedLoadBalancer files, CancellationToken cancellationToken)
    {
        var listeners = await agent.ListListenersAsync(cancellationToken);
        if (listeners.Error is { } unknown)
        {
            return unknown;
        }

        var others = listeners.Value.Where(listener => files.Lvs.All(wanted => wanted.ListenerId.ToString("D") != listener.Uuid));
        var stale = await OctaviaAgent.OwnLvsAsync(agent, push.Id, others, cancellationToken);
        var error = stale.Error;
        foreach (var listener in stale.Ok ? stale.Value : [])
        {
            Differs($"LVS of listener {listener.Uuid} removed");
            error ??= await _steps.RunAsync("delete", $"LVS of listener {listener.Uuid}", () => agent.DeleteAsync(listener.Uuid, cancellationToken));
        }

        return error;
    }

    // API 1.0 does not show keepalived.conf: it is sent every time, and read again by a keepalived that runs.
    private async Task<AgentError?> BringVrrpAsync(RenderedLoadBalancer files, CancellationToken cancellationToken) => files.KeepalivedConfig is not { } text
        ? null
        : await _steps.RunAsync("upload", "keepalived.conf", () => agent.UploadVrrpAsync(text, cancellationToken))
            ?? await _steps.RunAsync("start", "keepalived", () => agent.StartVrrpAsync(cancellationToken));

    private void Differs(string change)
    {
        _changed = true;
        _steps.Differs(change);
    }

    [SuppressMessage("Security", "CA5351", Justification = "what a stock agent tells of its files, to find out whether they are the same")]
    private static string Md5(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));
}
