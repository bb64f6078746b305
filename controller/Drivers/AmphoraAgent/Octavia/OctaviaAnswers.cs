// What an agent of API 1.0 answers, as far as the controller reads it (agent-api §§3, 4, 6).
using System.Text.Json.Serialization;

namespace Amphora.Controller.Drivers.AmphoraAgent.Octavia;

/// <summary>Success with a message, and error shapes E1 to E3.</summary>
internal sealed record OctaviaAnswer
{
    /// <summary>E2 and success: what happened.</summary>
    public string? Message { get; init; }

    /// <summary>E2: the words of the tool that failed.</summary>
    public string? Details { get; init; }

    /// <summary>E1: code, reason and text.</summary>
    public string? Error { get; init; }
}

/// <summary><c>GET /1.0/details</c>, which holds <c>/1.0/info</c>; what older agents leave out is null.</summary>
internal sealed record OctaviaDetails
{
    /// <summary>Host name.</summary>
    public string? Hostname { get; init; }

    /// <summary>Version of the package, as <c>2.6.12-1+deb12u1</c>.</summary>
    public string? HaproxyVersion { get; init; }

    /// <summary>Version of the package, with its epoch.</summary>
    public string? KeepalivedVersion { get; init; }

    /// <summary>Logical CPUs; from Octavia 12 on.</summary>
    public int? CpuCount { get; init; }

    /// <summary>Content of TuneD's active_profile; from Octavia 12 on.</summary>
    public string? ActiveTunedProfiles { get; init; }

    /// <summary>/proc/meminfo.</summary>
    public OctaviaMemory? Memory { get; init; }
}

/// <summary>Memory in kB.</summary>
/// <param name="Free">MemFree.</param>
/// <param name="Buffers">Buffers.</param>
/// <param name="Cached">Cached.</param>
internal sealed record OctaviaMemory(long Free, long Buffers, long Cached);

/// <summary>A row of <c>GET /1.0/listeners</c>.</summary>
/// <param name="Status">ACTIVE for HAProxy's, whether it runs or not; ACTIVE, OFFLINE or ERROR for LVS.</param>
/// <param name="Uuid">The listener.</param>
/// <param name="Type">HTTP, TCP, TERMINATED_HTTPS or UDP.</param>
internal sealed record OctaviaListener(string Status, string Uuid, string Type);

/// <summary><c>GET …/certificates/{file}</c>.</summary>
/// <param name="Md5sum">Of the content, in hex digits.</param>
internal sealed record OctaviaCertificate(string? Md5sum);

/// <summary><c>GET /1.0/interface/{ip}</c>.</summary>
/// <param name="Interface">As <c>eth1</c>.</param>
internal sealed record OctaviaInterface(string Interface);

/// <summary>Body of <c>POST /1.0/plug/vip/{vip}</c>.</summary>
internal sealed record PlugVipBody
{
    public required string SubnetCidr { get; init; }

    /// <summary>The key is required, null allowed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Gateway { get; init; }

    public required string MacAddress { get; init; }

    public int? Mtu { get; init; }

    public string? VrrpIp { get; init; }

    public IReadOnlyList<PlugRoute> HostRoutes { get; init; } = [];

    public IReadOnlyList<PlugAdditionalVip> AdditionalVips { get; init; } = [];

    public bool IsSriov { get; init; }
}

/// <summary>A further VIP; all four keys are required.</summary>
internal sealed record PlugAdditionalVip(
    string IpAddress, string SubnetCidr, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Gateway, IReadOnlyList<PlugRoute> HostRoutes);

/// <summary>A host route.</summary>
internal sealed record PlugRoute(string Destination, string Nexthop);

/// <summary>Body of <c>POST /1.0/plug/network</c>.</summary>
internal sealed record PlugNetworkBody(string MacAddress, IReadOnlyList<PlugFixedIp> FixedIps, int? Mtu);

/// <summary>An address of a member port.</summary>
internal sealed record PlugFixedIp(string IpAddress, string SubnetCidr, IReadOnlyList<PlugRoute> HostRoutes);

/// <summary>Source generated; unknown members are passed over, since newer agents say more.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OctaviaAnswer))]
[JsonSerializable(typeof(OctaviaDetails))]
[JsonSerializable(typeof(OctaviaListener[]))]
[JsonSerializable(typeof(OctaviaCertificate))]
[JsonSerializable(typeof(OctaviaInterface))]
[JsonSerializable(typeof(PlugVipBody))]
[JsonSerializable(typeof(PlugNetworkBody))]
internal sealed partial class OctaviaJson : JsonSerializerContext;
