// How flows are run.
namespace Amphora.Controller.Flows;

/// <summary>Settings of the engine; the defaults are upstream's where it has the option.</summary>
internal sealed record FlowOptions
{
    /// <summary>Who runs flows here, unique among controllers that share a store.</summary>
    public required string Owner { get; init; }

    /// <summary>Steps of one flow that run beside each other (upstream's <c>[task_flow] max_workers</c>).</summary>
    public int Workers { get; init; } = 5;

    /// <summary>How long a flow stays its controller's without a word from it; after that another one goes on.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What no step takes: upstream's longest wait, for an amphora to answer, is 600 s.</summary>
    public TimeSpan StepLimit { get; init; } = TimeSpan.FromMinutes(15);
}
