// What is remembered of an amphora and of a server group.
using System.Net;
using System.Text.Json.Serialization;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.Compute.Local;

/// <summary>An amphora; written before anything else is made.</summary>
internal sealed record AmphoraRecord
{
    /// <summary>Its id, which is also its compute id.</summary>
    public required Guid AmphoraId { get; init; }

    /// <summary>The label of the host it is on.</summary>
    public required string Host { get; init; }

    /// <summary>Its group.</summary>
    public string? ServerGroupId { get; init; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where its agent listens; null: it is not so far.</summary>
    [JsonConverter(typeof(IPAddressConverter))]
    public IPAddress? ManagementAddress { get; init; }

    /// <summary>Its agent; null: it was not started yet.</summary>
    public AgentProcess? Agent { get; init; }

    /// <summary>True once the agent has been seen to listen: when it ends after that, it was not its start that failed.</summary>
    public bool HasListened { get; init; }
}

/// <summary>A process that cannot be mistaken for a later one with the same number.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTime">Clock ticks from boot to its start.</param>
/// <param name="BootId">The boot of the host.</param>
/// <param name="LogPosition">Where its first line is in the log.</param>
internal sealed record AgentProcess(int Pid, long StartTime, string BootId, long LogPosition);

/// <summary>A server group.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Policy">How its machines are kept apart.</param>
internal sealed record ServerGroup(string Id, string Name, AntiAffinity Policy)
{
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Source generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AmphoraRecord))]
[JsonSerializable(typeof(ServerGroup))]
internal sealed partial class AmphoraJson : JsonSerializerContext;
