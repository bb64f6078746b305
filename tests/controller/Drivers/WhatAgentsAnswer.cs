// Answers that are no success: problems, other programs' errors, nonsense.
using Amphora.Contract;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Tests.Peers;
using Xunit;

namespace Amphora.Controller.Tests.Drivers;

public sealed class WhatAgentsAnswer
{
    private static readonly TestCredentials Own = TestCredentials.Own;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Faults_of_a_document_come_back_with_their_paths()
    {
        var error = await ErrorAsync(Answers.Faults(new Fault("/loadbalancer/listeners/0", "V3", "twice")));

        Assert.Equal(AgentErrorKind.Refused, error.Kind);
        Assert.Equal([new Fault("/loadbalancer/listeners/0", "V3", "twice")], error.Problem!.Faults);
    }

    [Fact]
    public async Task A_failure_comes_back_with_the_tool_s_words()
    {
        var error = await ErrorAsync(Answers.HaproxyRefused);

        Assert.Equal((AgentErrorKind.Refused, 422), (error.Kind, error.Status));
        Assert.Contains("unknown keyword", error.Problem!.Failure!.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(412)]
    [InlineData(500)]
    [InlineData(507)]
    public async Task An_error_without_a_problem_is_a_refusal_asked_once(int status)
    {
        var error = await ErrorAsync(new Reply(status, "<html>no</html>", "text/html"));

        Assert.Equal((AgentErrorKind.Refused, status), (error.Kind, error.Status));
    }

    [Fact]
    public async Task A_problem_that_is_no_problem_document_is_a_refusal()
    {
        var error = await ErrorAsync(new Reply(500, "[1, 2", "application/problem+json"));

        Assert.Equal((AgentErrorKind.Refused, 500), (error.Kind, error.Status));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var error = await ErrorAsync(new Reply(302) { ExtraHeader = "Location: https://127.0.0.1:1/\r\n" });

        Assert.Equal((AgentErrorKind.Refused, 302), (error.Kind, error.Status));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"api_version":"1.0","versions":"2.0"}""")]
    [InlineData("<html>hello</html>")]
    public async Task Nonsense_is_not_taken_for_an_agent(string body)
    {
        var error = await ErrorAsync(new Reply(200, body));

        Assert.Equal(AgentErrorKind.Unverified, error.Kind);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        var error = await ErrorAsync(new Reply(200) { Bytes = new byte[17 * 1024 * 1024] });

        Assert.Equal(AgentErrorKind.Unverified, error.Kind);
    }

    private static async Task<AgentError> ErrorAsync(Reply reply)
    {
        await using var agent = new ScriptedAgent(Own.ServerPem, Own.AuthorityPem, (_, _) => reply);
        using var group = Own.Group(agent.Url, TestCredentials.AmphoraId);

        var answer = (await DriversSlice.AskAllAsync(group, null, (client, token) => client.GetVersionsAsync(token), Token))[0];

        Assert.Single(agent.Calls);
        return answer.Error ?? throw new InvalidOperationException("there is no error");
    }
}
