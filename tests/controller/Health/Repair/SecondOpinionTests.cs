// Who says what about a silent amphora.
using Amphora.Controller.Health.Repair;
using Xunit;

namespace Amphora.Controller.Tests.Health.Repair;

public sealed class SecondOpinionTests
{
    [Theory]
    // The table, row by row.
    [InlineData("Serving", "Runs", "None", "Leave")]
    [InlineData("Serving", "IsDown", "HasVip", "Leave")]
    [InlineData("NotServing", "Runs", "None", "Restart")]
    [InlineData("NotServing", "Unknown", "Hears", "Restart")]
    [InlineData("Silent", "IsDown", "None", "Rebuild")]
    [InlineData("Silent", "IsDown", "Hears", "Rebuild")]
    [InlineData("Silent", "Unknown", "None", "Leave")]
    [InlineData("Silent", "Unknown", "HasVip", "Leave")]
    [InlineData("Silent", "Runs", "Hears", "Leave")]
    [InlineData("Silent", "Runs", "None", "Rebuild")]
    [InlineData("Silent", "Runs", "HasVip", "Rebuild")]
    public void The_table(string agent, string compute, string peer, string remedy) =>
        Assert.Equal(Enum.Parse<Remedy>(remedy), SecondOpinion.Decide(Said(agent, compute, peer)).Remedy);

    [Fact]
    public void What_did_not_help_once_is_not_done_again() =>
        Assert.Equal(Remedy.Rebuild, SecondOpinion.Decide(Said("NotServing", "Runs", "None") with { WasRestarted = true }).Remedy);

    [Theory]
    [InlineData("Silent", "Runs", "Hears", "Rebuild")]
    [InlineData("Silent", "Unknown", "None", "Rebuild")]
    // Nobody speaks for it: it does by itself.
    [InlineData("Serving", "Runs", "None", "Leave")]
    public void The_word_of_others_holds_for_so_long_only(string agent, string compute, string peer, string remedy) =>
        Assert.Equal(Enum.Parse<Remedy>(remedy), SecondOpinion.Decide(Said(agent, compute, peer) with { IsOverdue = true }).Remedy);

    private static Opinions Said(string agent, string compute, string peer) =>
        new(Enum.Parse<AgentOpinion>(agent), Enum.Parse<ComputeOpinion>(compute), Enum.Parse<PeerOpinion>(peer));
}
