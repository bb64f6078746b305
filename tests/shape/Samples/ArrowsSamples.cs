// The arrow rule sees every way of naming another slice, and lets the drawn arrows pass.
using Amphora.Shape.Tests.Rules;
using Xunit;

namespace Amphora.Shape.Tests.Samples;

public sealed class ArrowsSamples
{
    private const string Readme = """
        # A program

        `Haproxy` → `Apply` outside the section counts for nothing.

        ## Arrows

        The list. Every slice may use `Contract`, `Linux` and `Http`.

        - `Program` → everything
        - `Apply` → `Haproxy`, `Network`
        - `Haproxy`, `Keepalived` → `Services`
        - `Contract`, `Linux` → nothing of ours
        - `Templates` → `Contract`

        ## Further

        - `Network` → `Apply`
        """;

    private static readonly SourceFile Services = new(
        "agent/Services/ServiceUnit.cs", "// A unit.\nnamespace Amphora.Agent.Services;\ninternal sealed class ServiceUnit { public static int Count; }\n");

    [Theory]
    [InlineData("agent/Apply/A.cs", "using Amphora.Agent.Haproxy;\nnamespace Amphora.Agent.Apply;\n")]
    [InlineData("agent/Network/A.cs", "using Amphora.Contract.Rest;\nusing Amphora.Linux;\nusing Amphora.Agent.Http;\nnamespace Amphora.Agent.Network;\n")]
    [InlineData("agent/Haproxy/A.cs", "namespace Amphora.Agent.Haproxy;\nclass A { Services.ServiceUnit? u; }\n")]
    [InlineData("agent/Network/A.cs", "namespace Amphora.Agent.Network;\nclass A { class B { public int ServiceUnit; } B Services = new(); int X => Services.Other; }\n")]
    [InlineData("agent/Program.cs", "using Amphora.Agent.Hosting;\nAmphora.Agent.Hosting.Agent.Run();\n")]
    [InlineData("templates/engine/Language/A.cs", "using Amphora.Contract;\nnamespace Amphora.Templates.Language;\n")]
    public void A_drawn_arrow_passes(string path, string text) =>
        Assert.Empty(Arrows.Check([Services, new SourceFile(path, text)], ArrowMap.Parse(Readme)));

    [Theory]
    [InlineData("agent/Haproxy/A.cs", "using Amphora.Agent.Apply;\nnamespace Amphora.Agent.Haproxy;\n")]
    [InlineData("agent/Haproxy/A.cs", "using static Amphora.Agent.Network.Ports;\nnamespace Amphora.Agent.Haproxy;\n")]
    [InlineData("agent/Haproxy/A.cs", "using P = Amphora.Agent.Network.Ports;\nnamespace Amphora.Agent.Haproxy;\n")]
    [InlineData("agent/Haproxy/A.cs", "namespace Amphora.Agent.Haproxy;\nclass A { Amphora.Agent.Network.Ports? p; }\n")]
    [InlineData("agent/Network/A.cs", "namespace Amphora.Agent.Network;\nclass A { Services.ServiceUnit? u; }\n")]
    [InlineData("agent/Network/A.cs", "namespace Amphora.Agent.Network;\nclass A { int n = Agent.Services.ServiceUnit.Count; }\n")]
    [InlineData("agent/Network/A.cs", "namespace Amphora.Agent.Network;\nclass A { int n = global::Amphora.Agent.Services.ServiceUnit.Count; }\n")]
    [InlineData("agent/Network/A.cs", "using Amphora.Agent.Apply;\nnamespace Amphora.Agent.Network;\n")]
    [InlineData("agent/contract/A.cs", "using Amphora.Linux;\nnamespace Amphora.Contract;\n")]
    [InlineData("agent/linux/A.cs", "using Amphora.Contract;\nnamespace Amphora.Linux;\n")]
    [InlineData("templates/engine/A.cs", "using Amphora.Linux;\nnamespace Amphora.Templates;\n")]
    [InlineData("agent/Network/A.cs", "namespace Amphora.Agent.Services;\n")]
    [InlineData("agent/Network/A.cs", "namespace Amphora.Agent;\n")]
    [InlineData("agent/Network/A.cs", "global using System.Net;\nnamespace Amphora.Agent.Network;\n")]
    public void Any_other_use_fails(string path, string text) =>
        Assert.Single(Arrows.Check([Services, new SourceFile(path, text)], ArrowMap.Parse(Readme)));

    [Theory]
    [InlineData("no section at all")]
    [InlineData("## Arrows\n\n- `Apply` → Haproxy\n")]
    public void A_list_that_cannot_be_read_fails(string readme) =>
        Assert.Throws<FormatException>(() => ArrowMap.Parse(readme));
}
