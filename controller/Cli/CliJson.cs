// JSON of the command line's own results and profiles.
using System.Text.Json.Serialization;
using Amphora.Controller.Certificates;
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.Compute.Qemu;

namespace Amphora.Controller.Cli;

/// <summary>Source generated, one context for reading and writing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CertificateWritten))]
[JsonSerializable(typeof(CertificateDescription))]
[JsonSerializable(typeof(ConfigDriveWritten))]
[JsonSerializable(typeof(VmStatus))]
[JsonSerializable(typeof(AgentProfile))]
[JsonSerializable(typeof(PortUnplugged))]
internal sealed partial class CliJson : JsonSerializerContext;
