// JSON of every REST body of API 2.0 but the desired state document, for agent and controller alike.
using System.Text.Json.Serialization;
using Amphora.Contract.DesiredState;

namespace Amphora.Contract.Rest;

/// <summary>Source-generated JSON: snake_case, nulls left out, the words of <see cref="WireNames"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(IPAddressConverter), typeof(CidrConverter), typeof(TopologyConverter), typeof(PortTypeConverter), typeof(UpgradeStateConverter),
        typeof(ValueListConverter<string>), typeof(ValueListConverter<int>), typeof(ValueListConverter<Fault>),
        typeof(ValueListConverter<ApiVersion>), typeof(ValueListConverter<ActionTaken>), typeof(ValueListConverter<LoadBalancerSummary>),
        typeof(ValueListConverter<ListenerStatus>), typeof(ValueListConverter<PoolStatus>), typeof(ValueListConverter<MemberStatus>),
        typeof(ValueListConverter<PortVip>), typeof(ValueListConverter<PortFixedIp>), typeof(ValueListConverter<HostRoute>),
        typeof(ValueListConverter<PortState>), typeof(ValueListConverter<CertificateFile>), typeof(ValueListConverter<AppliedGeneration>),
        typeof(ValueListConverter<FileDifference>),
    ])]
[JsonSerializable(typeof(ApiVersions))]
[JsonSerializable(typeof(ApiVersion))]
[JsonSerializable(typeof(Capabilities))]
[JsonSerializable(typeof(LoadBalancerApplied))]
[JsonSerializable(typeof(ActionTaken))]
[JsonSerializable(typeof(LoadBalancerList))]
[JsonSerializable(typeof(LoadBalancerSummary))]
[JsonSerializable(typeof(LoadBalancerStatus))]
[JsonSerializable(typeof(ListenerStatus))]
[JsonSerializable(typeof(PoolStatus))]
[JsonSerializable(typeof(MemberStatus))]
[JsonSerializable(typeof(LoadBalancerPlan))]
[JsonSerializable(typeof(FileDifference))]
[JsonSerializable(typeof(LoadBalancerHistory))]
[JsonSerializable(typeof(AppliedGeneration))]
[JsonSerializable(typeof(RolledBackGeneration))]
[JsonSerializable(typeof(Port))]
[JsonSerializable(typeof(PortVip))]
[JsonSerializable(typeof(PortFixedIp))]
[JsonSerializable(typeof(HostRoute))]
[JsonSerializable(typeof(PortState))]
[JsonSerializable(typeof(PortList))]
[JsonSerializable(typeof(CertificateFile))]
[JsonSerializable(typeof(AgentProgram))]
[JsonSerializable(typeof(AgentUpgrade))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
public sealed partial class ContractJson : JsonSerializerContext;
