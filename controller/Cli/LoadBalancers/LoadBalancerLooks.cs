// amphora-controller lb: status, tree, stats.
using System.CommandLine;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Cli.Objects;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The commands of the noun <c>lb</c> that only look.</summary>
internal sealed class LoadBalancerLooks(Terminal terminal, ControllerCommandOptions controllers, Option<OutputFormat> output, Argument<string> name)
{
    /// <summary>The commands.</summary>
    public IEnumerable<Command> All() => [Status(), Tree(), Statistics()];

    /// <summary>A load balancer with all that is known of it.</summary>
    public static Task<LoadBalancerView> ReadAsync(RunningController controller, Guid id, CancellationToken cancellationToken) => controller.Database.ReadAsync(
        async (transaction, token) => new LoadBalancerView(
            (await new LoadBalancerRows(transaction).GetAsync(id, token))!,
            await new ObjectRows(transaction).LoadAsync(id, token),
            await new AmphoraRows(transaction).OfLoadBalancerAsync(id, token)),
        cancellationToken);

    private Command Status() => Look("status", "The status tree: what is provisioned and what works, as JSON.", (_, _, view, _) =>
        terminal.Out.WriteLineAsync(StatusTree.Write(view.LoadBalancer, view.Objects).ToJsonString()));

    private Command Tree() => Look("tree", "Everything below a load balancer, drawn, with statuses and addresses.", async (_, _, view, _) =>
    {
        foreach (var line in TreeDrawing.Lines(view))
        {
            await terminal.Out.WriteLineAsync(line);
        }
    });

    private Command Statistics() => Look("stats", "What a load balancer's amphorae counted.", async (parsed, controller, view, token) =>
    {
        var rows = await controller.Database.ReadAsync((transaction, cancel) => new StatisticsRows(transaction).OfLoadBalancerAsync(view.LoadBalancer.Id, cancel), token);
        ObjectPrinter.PrintOne(terminal, parsed.GetValue(output), StatisticsView.Write(rows));
    });

    private Command Look(string verb, string description, Func<ParseResult, RunningController, LoadBalancerView, CancellationToken, Task> look)
    {
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, token) => controllers.RunAsync(parsed, terminal, async controller =>
        {
            var found = await new FoundObjects(controller).LoadBalancerAsync(parsed.GetValue(name)!, token);
            if (found.Refusal is { } missing)
            {
                return Refusals.Print(terminal, missing);
            }

            await look(parsed, controller, await ReadAsync(controller, found.Value.Id, token), token);
            return ExitCode.Done;
        }, token));
        return command;
    }
}
