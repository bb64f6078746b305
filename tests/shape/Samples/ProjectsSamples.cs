// The project rule finds a reference against the direction, and unsafe code outside linux.
using Amphora.Shape.Tests.Rules;
using Xunit;

namespace Amphora.Shape.Tests.Samples;

public sealed class ProjectsSamples
{
    [Theory]
    [InlineData("agent/agent.csproj", "<ProjectReference Include=\"linux/linux.csproj\" />", 0)]
    [InlineData("agent/agent.csproj", "<ProjectReference Include=\"../controller/controller.csproj\" />", 1)]
    [InlineData("agent/contract/contract.csproj", "<ProjectReference Include=\"../linux/linux.csproj\" />", 1)]
    [InlineData("controller/controller.csproj", "<ProjectReference Include=\"../tests/fixtures/fixtures.csproj\" />", 1)]
    [InlineData("templates/engine/engine.csproj", "<ProjectReference Include=\"../../agent/contract/contract.csproj\" />", 0)]
    [InlineData("agent/agent.csproj", "<AllowUnsafeBlocks>true</AllowUnsafeBlocks>", 1)]
    [InlineData("agent/agent.csproj", "<Using Include=\"Amphora.Contract\" />", 1)]
    [InlineData("agent/more/more.csproj", "", 1)]
    [InlineData("tests/agent/agent-tests.csproj", "<ProjectReference Include=\"../../agent/agent.csproj\" />", 0)]
    public void References_go_one_way(string path, string item, int failures) =>
        Assert.Equal(failures, Projects.Check([new SourceFile(path, $"<Project><ItemGroup>{item}</ItemGroup></Project>")]).Count());
}
