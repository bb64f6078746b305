// $IF/<eth>.json in exactly the shape of Octavia's agent (appliance-layout §5), so that either can read the other's.
using System.Text.Json.Serialization;

namespace Amphora.Agent.Network.Files;

/// <summary>Everything an interface shall have.</summary>
internal sealed record InterfaceFile
{
    public const string TypeLoopback = "lo";
    public const string TypeVip = "vip";
    public const string TypeBackend = "backend";

    public required string Name { get; init; }

    /// <summary>Absent in files of Octavia before 13.0.</summary>
    public string? IfType { get; init; }

    public IReadOnlyList<FileAddress> Addresses { get; init; } = [];

    public IReadOnlyList<FileRoute> Routes { get; init; } = [];

    public IReadOnlyList<FileRule> Rules { get; init; } = [];

    public FileScripts Scripts { get; init; } = new();

    public bool? IsSriov { get; init; }

    /// <summary>Only when it was asked for.</summary>
    public int? Mtu { get; init; }

    /// <summary>lo.json.</summary>
    public static InterfaceFile Loopback { get; } = new()
    {
        Name = "lo",
        IfType = TypeLoopback,
        Addresses = [new FileAddress { Address = "127.0.0.1", PrefixLength = 8 }],
    };
}

/// <summary>A fixed address, or a way to get one.</summary>
internal sealed record FileAddress
{
    public string? Address { get; init; }

    [JsonPropertyName("prefixlen")]
    public int? PrefixLength { get; init; }

    /// <summary>False: keepalived brings and takes it; null means true.</summary>
    public bool? OctaviaOwned { get; init; }

    public bool? Dhcp { get; init; }

    public bool? Ipv6auto { get; init; }
}

/// <summary>A route: by a gateway, or on the link.</summary>
internal sealed record FileRoute
{
    public required string Dst { get; init; }

    public string? Gateway { get; init; }

    public IReadOnlyList<string>? Flags { get; init; }

    public string? Scope { get; init; }

    [JsonPropertyName("prefsrc")]
    public string? PreferredSource { get; init; }

    public uint? Table { get; init; }
}

/// <summary>A source rule.</summary>
internal sealed record FileRule
{
    public required string Src { get; init; }

    public required int SrcLen { get; init; }

    public required uint Table { get; init; }
}

/// <summary>Commands Octavia's agent runs; ours does by itself what they do.</summary>
internal sealed record FileScripts
{
    public IReadOnlyList<FileCommand> Up { get; init; } = [];

    public IReadOnlyList<FileCommand> Down { get; init; } = [];
}

/// <summary>A command line.</summary>
internal sealed record FileCommand(string Command);

/// <summary>JSON of interface files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(InterfaceFile))]
internal sealed partial class InterfaceFileJson : JsonSerializerContext;
