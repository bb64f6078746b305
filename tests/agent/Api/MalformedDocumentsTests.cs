// More than a thousand documents that are wrong in one place each: every one is refused with a path, and nothing changes.
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Api;

public sealed class MalformedDocumentsTests(AgentFactory agent) : IClassFixture<AgentFactory>
{
    [Fact]
    public async Task A_document_with_any_one_value_broken_is_refused_with_its_path_and_changes_nothing()
    {
        using var client = agent.CreateClient();
        var refused = 0;

        foreach (var (id, pointer, json) in BrokenDocuments())
        {
            using var content = new StringContent(json, Encoding.UTF8, "application/json");
            using var answer = await client.PutAsync(new Uri($"/2.0/load-balancers/{id}", UriKind.Relative), content, TestContext.Current.CancellationToken);
            var problem = JsonSerializer.Deserialize(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), ContractJson.Default.Problem);

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(problem!.Faults, fault => fault.Path == pointer);
            refused++;
        }

        Assert.True(refused > 1000, $"only {refused} documents");
        Assert.Equal("""{"load_balancers":[]}""", await client.GetStringAsync(new Uri("/2.0/load-balancers", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Empty(Directory.Exists(agent.BasePath) ? Directory.GetFiles(agent.BasePath, "haproxy.cfg", SearchOption.AllDirectories) : []);
    }

    // Every scalar of every example becomes an object, which no scalar of the schema may be.
    private static IEnumerable<(string Id, string Pointer, string Json)> BrokenDocuments()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Checkout.Top, "tests", "golden", "documents"), "*.json"))
        {
            var document = JsonNode.Parse(File.ReadAllText(file))!;
            var id = document["loadbalancer"]!["id"]!.GetValue<string>();
            foreach (var pointer in Scalars(document, ""))
            {
                var broken = document.DeepClone();
                Replace(broken, pointer, new JsonObject { ["\u0007"] = "broken" });
                yield return (id, pointer, broken.ToJsonString());
            }
        }
    }

    private static IEnumerable<string> Scalars(JsonNode? node, string pointer) => node switch
    {
        JsonObject members => members.SelectMany(member => Scalars(member.Value, $"{pointer}/{member.Key}")),
        JsonArray items => items.SelectMany((item, index) => Scalars(item, $"{pointer}/{index}")),
        _ => [pointer],
    };

    private static void Replace(JsonNode root, string pointer, JsonNode value)
    {
        var steps = pointer.Split('/')[1..];
        var parent = steps[..^1].Aggregate(root, static (node, step) => node is JsonArray list ? list[int.Parse(step, provider: null)]! : node[step]!);
        if (parent is JsonArray array)
        {
            array[int.Parse(steps[^1], provider: null)] = value;
        }
        else
        {
            parent[steps[^1]] = value;
        }
    }
}
