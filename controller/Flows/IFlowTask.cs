// What a step does, and how it is undone.
namespace Amphora.Controller.Flows;

/// <summary>One thing done to the world. It knows drivers and store, not the engine. A controller may die at any moment and another one goes
/// on: executing again what was executed before, wholly or in part, has to end in the same state.</summary>
internal interface IFlowTask
{
    /// <summary>Does it.</summary>
    /// <param name="values">What earlier steps made; takes what this one makes.</param>
    /// <param name="cancellationToken">The controller stops, a step beside this one failed, or the step's time is over.</param>
    /// <exception cref="Exception">It cannot be done: the flow is undone.</exception>
    Task ExecuteAsync(StepValues values, CancellationToken cancellationToken);

    /// <summary>Undoes it, also when <see cref="ExecuteAsync"/> ended half-way or is not known to have ended. Undoing twice is undoing once.</summary>
    /// <param name="values">As <see cref="ExecuteAsync"/> had them, with what it made when it ended.</param>
    /// <param name="cancellationToken">The controller stops, or the step's time is over.</param>
    Task RevertAsync(StepValues values, CancellationToken cancellationToken) => Task.CompletedTask;
}
