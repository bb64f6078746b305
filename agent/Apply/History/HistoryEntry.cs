// What is remembered of a generation that came into force.
using System.Text.Json.Serialization;
using Amphora.Agent.Certificates;
using Amphora.Agent.Network.Files;
using Amphora.Contract;

namespace Amphora.Agent.Apply.History;

/// <summary>One generation, never changed once it is written. What it was (its content) is kept beside it; what became of it is told by the
/// entries behind it.</summary>
internal sealed record HistoryEntry
{
    /// <summary>Of a load balancer that came as a document.</summary>
    public const string Api2 = "2.0";

    /// <summary>Of a load balancer whose haproxy.cfg was uploaded.</summary>
    public const string Api1 = "1.0";

    /// <summary>From 1 on; each generation of a load balancer has the next one.</summary>
    public required long Sequence { get; init; }

    /// <summary><see cref="Api2"/> or <see cref="Api1"/>.</summary>
    public required string ManagedBy { get; init; }

    /// <summary>Generation of the document; null over API 1.0.</summary>
    public long? Generation { get; init; }

    /// <summary>SHA-256 of the content: generation.json, or haproxy.cfg over API 1.0.</summary>
    public required string Digest { get; init; }

    /// <summary>When it came into force.</summary>
    public required DateTimeOffset AppliedAt { get; init; }

    /// <summary>Own peer name; API 1.0 only, over 2.0 it is part of the content.</summary>
    public string? LocalPeer { get; init; }

    /// <summary>Certificate files it names.</summary>
    public ValueList<KeptFile> Certificates { get; init; }

    /// <summary>The ports as they were then.</summary>
    public ValueList<StoredPort> Ports { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Summary { get; init; }

    /// <summary>The entry that is put back when this one does not stay: the last one before it that was confirmed; null: there is none.</summary>
    public long? GoesBackTo { get; init; }

    /// <summary>Set when it is an earlier one that was put back.</summary>
    public Return? Return { get; init; }

    /// <summary>True over API 1.0.</summary>
    [JsonIgnore]
    public bool IsUploaded => ManagedBy == Api1;
}

/// <summary>Why an earlier generation is in force again.</summary>
/// <param name="Restores">Sequence of the entry that was put back.</param>
/// <param name="RollsBack">Sequence of the entry it was put back for.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record Return(long Restores, long RollsBack, string Reason);

/// <summary>JSON of history and open windows.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(Contract.Rest.ValueListConverter<KeptFile>), typeof(Contract.Rest.ValueListConverter<StoredPort>),
        typeof(Contract.Rest.ValueListConverter<string>), typeof(Contract.Rest.ValueListConverter<Commit.PoolBefore>),
        typeof(Contract.Rest.ValueListConverter<Commit.ListenerBefore>),
    ])]
[JsonSerializable(typeof(HistoryEntry))]
[JsonSerializable(typeof(KeptFile))]
[JsonSerializable(typeof(StoredPort))]
[JsonSerializable(typeof(Commit.OpenWindow))]
[JsonSerializable(typeof(Commit.PoolBefore))]
[JsonSerializable(typeof(Commit.ListenerBefore))]
[JsonSerializable(typeof(string))]
internal sealed partial class HistoryJson : JsonSerializerContext;
