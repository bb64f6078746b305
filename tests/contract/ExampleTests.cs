// Every example document is accepted.
using Amphora.Contract.DesiredState;
using Xunit;

namespace Amphora.Contract.Tests;

public sealed class ExampleTests
{
    public static TheoryData<string> Names => [.. Golden.Examples.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_has_no_fault(string name)
    {
        var result = DesiredStateReader.Read(Golden.Examples[name]);

        Assert.Empty(result.Faults);
        Assert.NotNull(result.Document);
    }
}
