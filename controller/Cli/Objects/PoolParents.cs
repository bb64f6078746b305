// Where a new pool goes: --loadbalancer, or --listener whose default it becomes.
using System.CommandLine;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.Objects;

/// <summary>The two options, of which one is given.</summary>
internal sealed class PoolParents
{
    private readonly Option<string> _loadBalancer = CommandOptions.One<string>("--loadbalancer", "NAME-OR-ID", "The load balancer it is of.", "a name or id is needed", CommandOptions.NotEmpty);
    private readonly Option<string> _listener = CommandOptions.One<string>("--listener", "NAME-OR-ID", "The listener whose default it becomes.", "a name or id is needed", CommandOptions.NotEmpty);

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_loadBalancer);
        command.Options.Add(_listener);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_loadBalancer) is null == result.GetResult(_listener) is null)
            {
                result.AddError("--loadbalancer, --listener: one of them is needed");
            }
        });
    }

    /// <summary>Where it goes.</summary>
    public async Task<Decision<ObjectPlace>> FindAsync(ParseResult parsed, FoundObjects objects, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_listener) is { } name)
        {
            var listener = await objects.FindAsync(ObjectKind.Listener, name, static _ => true, cancellationToken);
            return listener.Refusal is { } missing ? missing : new ObjectPlace(listener.Value.LoadBalancerId, listener.Value.Id);
        }

        var loadBalancer = await objects.LoadBalancerAsync(parsed.GetValue(_loadBalancer)!, cancellationToken);
        return loadBalancer.Refusal is { } none ? none : new ObjectPlace(loadBalancer.Value.Id, null);
    }
}
