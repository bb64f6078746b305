// Good and bad documents and ports: positive/ is accepted, negative/ is refused with exactly the faults listed.
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Xunit;

namespace Amphora.Contract.Tests;

public sealed class DocumentCaseTests
{
    private static readonly IReadOnlyDictionary<string, Case> Good = Case.Load("positive/documents.json");
    private static readonly IReadOnlyDictionary<string, Case> Rules = Case.Load("negative/rules.json");
    private static readonly IReadOnlyDictionary<string, Case> Conditions = Case.Load("negative/conditions.json");
    private static readonly IReadOnlyDictionary<string, Case> BadPorts = Case.Load("negative/ports.json");

    public static TheoryData<string> GoodNames => [.. Good.Keys];

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    public static TheoryData<string> ConditionNames => [.. Conditions.Keys];

    public static TheoryData<string> PortNames => [.. BadPorts.Keys];

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void A_good_document_is_accepted(string name)
    {
        var result = DesiredStateReader.Read(Good[name].Document);

        Assert.Empty(result.Faults);
        Assert.NotNull(result.Document);
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void A_broken_rule_is_named_with_its_path(string name) => AssertRefused(Rules[name]);

    [Theory]
    [MemberData(nameof(ConditionNames))]
    public void A_broken_condition_of_the_schema_is_named_with_its_path(string name) => AssertRefused(Conditions[name]);

    [Fact]
    public void An_injection_is_refused_where_it_stands()
    {
        var cases = Case.Load("negative/injection.json").Values;

        Assert.All(cases, AssertRefused);
    }

    [Theory]
    [InlineData("port-vip-dual-stack")]
    [InlineData("port-member")]
    [InlineData("port-member-dhcp")]
    public void A_good_port_is_accepted(string name)
    {
        var result = PortReader.Read(Patched.Bytes(Golden.Parse(name)));

        Assert.Empty(result.Faults);
        Assert.NotNull(result.Port);
    }

    [Theory]
    [MemberData(nameof(PortNames))]
    public void A_bad_port_is_refused_with_rule_and_path(string name)
    {
        var result = PortReader.Read(BadPorts[name].Document);

        Assert.Null(result.Port);
        Assert.Equal(BadPorts[name].Faults, Spell(result.Faults));
    }

    private static void AssertRefused(Case bad)
    {
        var result = DesiredStateReader.Read(bad.Document);

        Assert.Null(result.Document);
        Assert.Equal(bad.Faults, Spell(result.Faults));
        Assert.All(result.Faults, fault => Assert.DoesNotContain(fault.Message, char.IsControl));
    }

    private static string[] Spell(ValueList<Fault> faults) => [.. faults.Select(fault => $"{fault.Rule} {fault.Path}").Order()];
}
