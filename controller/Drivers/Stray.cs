// Something in the kernel that nothing a driver knows belongs to.
namespace Amphora.Controller.Drivers;

/// <summary>Has a name of ours and belongs to no object of the driver: what a power cut, or somebody's hands, left. Nothing else finds it.</summary>
/// <param name="Kind">As <c>namespace</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made; the beginning of time when that cannot be known and does not matter.</param>
internal sealed record Stray(string Kind, string Name, DateTimeOffset CreatedAt);
