// Security groups: what may come in, for all ports that have them.
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>Makes and changes them; a change is in force for every plugged port when the call is over.</summary>
/// <param name="state">Files, kernel and lock.</param>
internal sealed class NetnsSecurityGroups(NetnsState state)
{
    /// <summary>By name; null when there is none.</summary>
    public SecurityGroupEntry? Find(string name) => state.Groups.All().FirstOrDefault(group => group.Name == name);

    /// <summary>All of them.</summary>
    public IReadOnlyList<NetworkSecurityGroup> List() => [.. state.Groups.All().Select(static group => new NetworkSecurityGroup(group.Id, group.Name, group.CreatedAt))];

    /// <summary>Makes one; the one there is when the name is known.</summary>
    public Task<Guid> CreateAsync(string name, CancellationToken cancellationToken) => state.ChangeAsync($"make security group {name}", () =>
    {
        if (Find(name) is { } known)
        {
            return Task.FromResult(known.Id);
        }

        var group = new SecurityGroupEntry(Guid.NewGuid(), name, []) { CreatedAt = TimeProvider.System.GetUtcNow() };
        state.Groups.Write(group.Id, group);
        return Task.FromResult(group.Id);
    }, cancellationToken);

    /// <summary>Replaces its rules, in one step.</summary>
    public Task SetRulesAsync(Guid id, ValueList<SecurityRule> rules, CancellationToken cancellationToken) => state.ChangeAsync($"change security group {id}", async () =>
    {
        var group = state.Groups.Find(id) ?? throw new DriverException($"cannot change security group {id}: there is none", DriverErrorKind.NotFound);
        var changed = group with { Rules = rules.Distinct().ToValueList() };
        var commands = FilterRenderer.Base + FilterRenderer.Group(changed);
        state.Groups.Write(id, changed);
        await state.ApplyAsync(commands);
    }, cancellationToken);

    /// <summary>Removes one that no port has.</summary>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) => state.ChangeAsync($"delete security group {id}", async () =>
    {
        if (state.Groups.Find(id) is null)
        {
            return;
        }

        if (state.Ports.All().FirstOrDefault(entry => entry.Port.SecurityGroups.Contains(id)) is { } user)
        {
            throw new DriverException($"cannot delete security group {id}: port {user.Port.Name} ({user.Port.Id}) has it", DriverErrorKind.Conflict);
        }

        await state.ApplyAsync(FilterRenderer.Base + FilterRenderer.WithoutGroup(id));
        state.Groups.Delete(id);
    }, cancellationToken);
}
