// What a rollback was asked for.
namespace Amphora.Agent.Apply.Rollback;

/// <summary>Which generation, and how much of it.</summary>
/// <param name="To">Sequence of the entry of the history; null: the one before, as far as it was confirmed.</param>
/// <param name="WithPorts">True to put ports back as well.</param>
internal sealed record RollbackRequest(long? To, bool WithPorts);
