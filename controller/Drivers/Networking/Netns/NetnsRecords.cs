// What is remembered of networks: one file each.
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>A network.</summary>
/// <param name="Network">As others see it.</param>
/// <param name="IsManagement">The controllers' way to the agents: this host has its gateway's address.</param>
internal sealed record NetworkEntry(Network Network, bool IsManagement);

/// <summary>A port.</summary>
internal sealed record PortEntry
{
    /// <summary>As others see it.</summary>
    public required NetworkPort Port { get; init; }

    /// <summary>The project that asked for it.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Where it is plugged, or shall be; null: nowhere.</summary>
    public PortPlug? Plug { get; init; }

    /// <summary>False: a way in for clients and members, which sends and receives what it likes.</summary>
    public bool IsFiltered { get; init; } = true;
}

/// <summary>Where a port is plugged.</summary>
/// <param name="NetworkNamespace">Into this network namespace.</param>
/// <param name="LinkName">Under this name, at first: what runs there may rename and move it.</param>
internal sealed record PortPlug(string NetworkNamespace, string LinkName);

/// <summary>A security group.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Rules">What may come in.</param>
internal sealed record SecurityGroupEntry(Guid Id, string Name, ValueList<SecurityRule> Rules)
{
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A hardware address as <c>02:00:5e:10:00:01</c>.</summary>
internal sealed class PhysicalAddressConverter : JsonConverter<PhysicalAddress>
{
    /// <summary>Six pairs of hexadecimal digits.</summary>
    public static string Spell(PhysicalAddress address) =>
        string.Join(':', address.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public override PhysicalAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && PhysicalAddress.TryParse(reader.GetString(), out var address)
            ? address : throw new JsonException("a hardware address is needed");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PhysicalAddress value, JsonSerializerOptions options) => writer.WriteStringValue(Spell(value));
}

/// <summary>Source generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    Converters =
    [
        typeof(IPAddressConverter), typeof(CidrConverter), typeof(PhysicalAddressConverter), typeof(ValueListConverter<FixedIp>), typeof(ValueListConverter<Guid>),
        typeof(ValueListConverter<IPAddress>), typeof(ValueListConverter<HostRoute>), typeof(ValueListConverter<SecurityRule>),
    ])]
[JsonSerializable(typeof(NetworkEntry))]
[JsonSerializable(typeof(Subnet))]
[JsonSerializable(typeof(PortEntry))]
[JsonSerializable(typeof(SecurityGroupEntry))]
internal sealed partial class NetnsJson : JsonSerializerContext;
