// Values that are one string on the wire: addresses, networks, words of a closed list.
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amphora.Contract.DesiredState;

namespace Amphora.Contract.Rest;

/// <summary>An address as text.</summary>
public sealed class IPAddressConverter : JsonConverter<IPAddress>
{
    /// <inheritdoc/>
    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && StrictIPAddress.TryParse(reader.GetString(), out var address)
            ? address : throw new JsonException("an IP address is needed");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>A network in CIDR notation.</summary>
public sealed class CidrConverter : JsonConverter<Cidr>
{
    /// <inheritdoc/>
    public override Cidr Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Cidr.TryParse(reader.GetString(), out var cidr)
            ? cidr.Value : throw new JsonException("a network in CIDR notation is needed");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Cidr value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>A word of a closed list.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public abstract class WireNameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private readonly WireTable<T> _words;

    private protected WireNameConverter(WireTable<T> words) => _words = words;

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && _words.TryRead(reader.GetString(), out var value)
            ? value : throw new JsonException($"{_words.Expected} is needed");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(_words.Spell(value));
}

/// <summary>SINGLE, ACTIVE_STANDBY.</summary>
public sealed class TopologyConverter() : WireNameConverter<Topology>(WireNames.Topologies);

/// <summary>vip, member.</summary>
public sealed class PortTypeConverter() : WireNameConverter<PortType>(WireNames.PortTypes);

/// <summary>trying, confirmed, rolled_back.</summary>
public sealed class UpgradeStateConverter() : WireNameConverter<UpgradeState>(WireNames.UpgradeStates);
