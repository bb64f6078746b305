// What a plan was made of.
namespace Amphora.Agent.Haproxy.Recorded;

/// <summary>Everything the planner was given. A plan carries it, so that whoever carries the plan out can write down why.</summary>
/// <param name="Options">The slice's.</param>
/// <param name="Running">What ran.</param>
/// <param name="Wanted">What was wanted.</param>
internal sealed record PlanBasis(HaproxyOptions Options, HaproxyRunning Running, HaproxyWanted Wanted);
