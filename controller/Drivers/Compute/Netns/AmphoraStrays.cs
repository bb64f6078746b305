// Namespaces and names of amphorae whose folder is gone.
using Amphora.Controller.Drivers.Compute.Local;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Linux.Namespaces;

namespace Amphora.Controller.Drivers.Compute.Netns;

/// <summary>An amphora's folder is there before anything else of it and goes last: what has a name of this state and no folder is nobody's.</summary>
/// <param name="network">What is called what.</param>
/// <param name="store">The folders.</param>
/// <param name="remover">Ends what runs.</param>
internal sealed class AmphoraStrays(NetnsNetworkDriver network, AmphoraStore store, AmphoraRemover remover)
{
    private const string Space = "namespace";
    private const string Files = "files";

    /// <summary>All of them.</summary>
    public IReadOnlyList<Stray> List()
    {
        // Names first, folders after: an amphora that is built meanwhile has its folder.
        List<Stray> found = [.. Names(NetworkNamespace.Folder, network.Names.IsOfAmphora, Space), .. Names(network.Options.RuntimeDirectory, IsOfState, Files)];
        var known = Known();
        return [.. found.Where(stray => !known.Contains(stray.Name))];
    }

    /// <summary>Removes one, when it is still a stray.</summary>
    public async Task DeleteAsync(Stray stray)
    {
        if (Known().Contains(stray.Name))
        {
            return;
        }

        if (stray.Kind == Files)
        {
            File.Delete(Path.Combine(network.Options.RuntimeDirectory, stray.Name));
            return;
        }

        await remover.EndAsync($"namespace {stray.Name}", stray.Name);
        NetworkNamespace.Delete(stray.Name);
    }

    private HashSet<string> Known() =>
        [.. store.All().Select(static folder => folder.AmphoraId).SelectMany(id => (string[])[network.Names.AmphoraRoot(id), network.Names.AmphoraHaproxy(id), network.Names.AmphoraFiles(id)])];

    // A link to the files of an amphora; other states have theirs in the same folder.
    private bool IsOfState(string name) =>
        new FileInfo(Path.Combine(network.Options.RuntimeDirectory, name)).LinkTarget?.StartsWith(store.Amphorae + "/", StringComparison.Ordinal) == true;

    private static IEnumerable<Stray> Names(string directory, Func<string, bool> isOurs, string kind) => !Directory.Exists(directory) ? [] :
        from path in Directory.EnumerateFileSystemEntries(directory)
        let name = Path.GetFileName(path)
        where isOurs(name)
        select new Stray(kind, name, File.GetLastWriteTimeUtc(path));
}
