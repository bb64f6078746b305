// An amphora with the image's units, and somebody who signs binaries for it.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.Systemd.Tests.Upgrade;

/// <summary>The tests of a class share it; each leaves an agent that answers.</summary>
public sealed class BootedImage : BootedAmphora
{
    // The one before may have to come back, on a machine with better things to do.
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(180);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _versions;

    /// <summary>The slots, as the test sees them.</summary>
    internal IReadOnlyList<string> Slots => Directory.Exists(SlotFolder) ? [.. Directory.GetDirectories(SlotFolder).Select(path => Path.GetFileName(path))] : [];

    /// <summary>What the link leads to.</summary>
    internal string? Link => new FileInfo(Path.Combine(Folder, "amphora-agent")).LinkTarget;

    private string Folder => Path.Combine(Amphora.Container.Root, "var/lib/amphora/agent");

    private string SlotFolder => Path.Combine(Folder, "slots");

    /// <summary>Another version of the agent: the same program with other bytes behind it.</summary>
    internal byte[] NewVersion() => [.. File.ReadAllBytes(Checkout.AgentCommand[0]), .. Encoding.ASCII.GetBytes($"version {++_versions}")];

    /// <summary>A program that passes for an agent in the self-test, and then does something else.</summary>
    internal byte[] Impostor(string shell) =>
        Encoding.ASCII.GetBytes($"#!/bin/sh\n[ \"$1\" = self-test ] && {{ echo 'amphora-agent 9.{++_versions}'; exit 0; }}\n{shell}\n");

    /// <summary>Signs with the key of the image.</summary>
    internal byte[] Sign(byte[] binary) => _key.SignData(binary, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Uploads a binary.</summary>
    internal async Task<JsonNode> PutAsync(HttpContent binary, byte[]? signature, int confirmWithin, CancellationToken cancellationToken)
    {
        if (signature is not null)
        {
            binary.Headers.TryAddWithoutValidation("Amphora-Signature", Convert.ToBase64String(signature));
        }

        using AgentApi api = new(Amphora.CreateClient());
        return await api.SendAsync(HttpMethod.Put, $"/2.0/agent/binary?confirm_within={confirmWithin}", binary, cancellationToken);
    }

    /// <summary>Uploads a signed binary, and answers with what GET says when the upgrade is over.</summary>
    internal async Task<JsonNode> UpgradeAsync(byte[] binary, int confirmWithin, CancellationToken cancellationToken)
    {
        using ByteArrayContent content = new(binary);
        JsonNode accepted = await PutAsync(content, Sign(binary), confirmWithin, cancellationToken);
        Assert.Equal("trying", (string)accepted["upgrade"]!["state"]!);
        return await EndAsync(cancellationToken);
    }

    /// <summary>What GET says when no upgrade is being tried.</summary>
    internal async Task<JsonNode> EndAsync(CancellationToken cancellationToken)
    {
        JsonNode? program = null;
        await Until.TrueAsync(
            "the upgrade is over",
            EndLimit,
            async () => (string?)(program = await ProgramAsync(cancellationToken))?["upgrade"]?["state"] is "confirmed" or "rolled_back",
            cancellationToken);
        return program!;
    }

    /// <summary>GET /2.0/agent over a connection of its own; null when it was not answered in time, as nobody is there who accepts.</summary>
    internal async Task<JsonNode?> ProgramAsync(CancellationToken cancellationToken)
    {
        using AgentApi api = new(Amphora.CreateClient());
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            return await api.SendAsync(HttpMethod.Get, "/2.0/agent", null, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Of a binary, 64 hex digits.</summary>
    internal static string Sha256(byte[] binary) => Convert.ToHexStringLower(SHA256.HashData(binary));

    /// <inheritdoc/>
    protected override Task<SystemdAmphora> BootAsync(CancellationToken cancellationToken) =>
        SystemdAmphora.BootPluggedAsync(ShippedAgent.Image(_key.ExportSubjectPublicKeyInfoPem()), members: 2, "SINGLE", cancellationToken);
}
