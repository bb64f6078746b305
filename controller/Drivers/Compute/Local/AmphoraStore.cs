// The amphorae and server groups of a state directory.
using System.Text.Json;
using Amphora.Linux.Files;

namespace Amphora.Controller.Drivers.Compute.Local;

/// <summary>Finds them; places new amphorae while nobody else does.</summary>
/// <param name="stateDirectory">The state's folder.</param>
/// <param name="hosts">Labels that machines are kept apart by.</param>
/// <param name="lockLimit">Of the wait for another one who places.</param>
#pragma warning disable CA1001 // The gate has nothing to dispose of: nobody asks for its wait handle.
internal sealed class AmphoraStore(string stateDirectory, IReadOnlyList<string> hosts, TimeSpan lockLimit)
#pragma warning restore CA1001
{
    private const string Ending = ".json";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _state = Path.GetFullPath(stateDirectory);
    private readonly SemaphoreSlim _gate = new(1);

    private string Groups => Path.Combine(_state, "server-groups");

    /// <summary>Where the folders are.</summary>
    public string Amphorae => Path.Combine(_state, "amphorae");

    /// <summary>The folder of an amphora, there or not.</summary>
    public AmphoraFolder Folder(Guid amphoraId) => new(Path.Combine(Amphorae, amphoraId.ToString("D")), amphoraId);

    /// <summary>Every folder there is.</summary>
    public IReadOnlyList<AmphoraFolder> All() => !Directory.Exists(Amphorae) ? [] :
    [
        .. Directory.EnumerateDirectories(Amphorae).Select(path => Guid.TryParse(Path.GetFileName(path), out var id) ? Folder(id) : null)
            .OfType<AmphoraFolder>().OrderBy(folder => folder.AmphoraId),
    ];

    /// <summary>Gives an amphora its host and writes its record; the one there is when it has one.</summary>
    public Task<AmphoraRecord> PlaceAsync(AmphoraFolder folder, ComputeBuild build, CancellationToken cancellationToken) => LockedAsync(() =>
    {
        if (folder.ReadRecord() is { } known)
        {
            return known;
        }

        var group = build.ServerGroupId is null ? null : FindGroup(build.ServerGroupId)
            ?? throw new DriverException($"cannot place {build.Name}: there is no server group {build.ServerGroupId}", DriverErrorKind.NotFound);
        var machines = All().Select(other => other.ReadRecord()).OfType<AmphoraRecord>().ToList();
        var record = new AmphoraRecord
        {
            AmphoraId = build.AmphoraId,
            Host = HostPlacement.Choose(hosts, machines, group, build.Zone),
            ServerGroupId = group?.Id,
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        folder.Create();
        folder.WriteRecord(record);
        return record;
    }, cancellationToken);

    /// <summary>Makes a group; the one there is when the name is known.</summary>
    public Task<string> CreateGroupAsync(string name, AntiAffinity policy, CancellationToken cancellationToken) => LockedAsync(() =>
    {
        Directory.CreateDirectory(Groups, OwnerFile | UnixFileMode.UserExecute);
        var group = AllGroups().FirstOrDefault(group => group.Name == name)
            ?? new ServerGroup(Guid.NewGuid().ToString("D"), name, policy) { CreatedAt = TimeProvider.System.GetUtcNow() };
        AtomicFile.Write(GroupFile(group.Id), JsonSerializer.SerializeToUtf8Bytes(group, AmphoraJson.Default.ServerGroup), OwnerFile);
        return group.Id;
    }, cancellationToken);

    /// <summary>Every group there is.</summary>
    public IReadOnlyList<ServerGroup> AllGroups() => !Directory.Exists(Groups) ? [] :
        [.. Directory.EnumerateFiles(Groups, "*" + Ending).Select(file => FindGroup(Path.GetFileNameWithoutExtension(file))).OfType<ServerGroup>()];

    /// <summary>Removes a group; none is fine.</summary>
    public Task DeleteGroupAsync(string id, CancellationToken cancellationToken) => LockedAsync(
        () => Guid.TryParse(id, out _) && File.Exists(GroupFile(id)) && AtomicFile.Delete(GroupFile(id)), cancellationToken);

    private string GroupFile(string id) => Path.Combine(Groups, id + Ending);

    private ServerGroup? FindGroup(string id) => Guid.TryParse(id, out _) && File.Exists(GroupFile(id))
        ? JsonSerializer.Deserialize(File.ReadAllBytes(GroupFile(id)), AmphoraJson.Default.ServerGroup) : null;

    private async Task<T> LockedAsync<T>(Func<T> function, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(_state);
            await using var held = await FileLock.TakeAsync(Path.Combine(_state, "compute.lock"), lockLimit, cancellationToken);
            return function();
        }
        finally
        {
            _gate.Release();
        }
    }
}
