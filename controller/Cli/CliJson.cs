// JSON of the command line's own results and profiles.
using System.Text.Json.Serialization;
using Amphora.Controller.Certificates;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli;

/// <summary>Source generated, one context for reading and writing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CertificateWritten))]
[JsonSerializable(typeof(CertificateDescription))]
[JsonSerializable(typeof(AgentProfile))]
[JsonSerializable(typeof(PortUnplugged))]
internal sealed partial class CliJson : JsonSerializerContext;
