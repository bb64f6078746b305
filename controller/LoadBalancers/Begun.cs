// What was begun with a load balancer.
namespace Amphora.Controller.LoadBalancers;

/// <summary>What was recorded: rows in PENDING_*, and the flow that brings them out of it.</summary>
/// <param name="LoadBalancerId">Which load balancer.</param>
/// <param name="FlowId">Which flow.</param>
internal sealed record Begun(Guid LoadBalancerId, Guid FlowId);
