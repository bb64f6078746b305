// The ports as files: interface files and plugged_interfaces as Octavia's agent keeps them, and the documents of API 2.0.
using System.Net.NetworkInformation;
using System.Text;
using System.Text.Json;
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Linux.Files;
using Amphora.Linux.Native;

namespace Amphora.Agent.Network.Files;

/// <summary>Files are the truth: what is here is brought up again after a restart.</summary>
internal sealed class PortStore(NetworkOptions options)
{
    private const UnixFileMode PublicFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Which MAC address has which interface name, in the order they were plugged.</summary>
    public IReadOnlyList<PluggedInterface> ReadPlugged() => File.Exists(options.PluggedInterfacesFile)
        ? [.. File.ReadLines(options.PluggedInterfacesFile).Select(PluggedInterface.Parse).OfType<PluggedInterface>()]
        : [];

    /// <summary>The interface file; null when there is none.</summary>
    public Outcome<InterfaceFile?> ReadFile(string name)
    {
        var path = InterfacePath(name);
        if (!File.Exists(path))
        {
            return (InterfaceFile?)null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), InterfaceFileJson.Default.InterfaceFile);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return new Failure($"read {path}", $"cannot read interface file {path}: {exception.Message}");
        }
    }

    /// <summary>The files of all other plugged interfaces; those that cannot be read are left out.</summary>
    public IReadOnlyList<InterfaceFile> ReadOtherFiles(PhysicalAddress mac) =>
    [
        .. ReadPlugged().Where(entry => !entry.Mac.Equals(mac))
            .Select(entry => ReadFile(entry.Name) is { Ok: true } file ? file.Value : null).OfType<InterfaceFile>(),
    ];

    /// <summary>The document of a port; null for one that was plugged over API 1.0.</summary>
    public Port? ReadPort(PhysicalAddress mac)
    {
        var path = PortPath(mac);
        return File.Exists(path) ? PortReader.Read(File.ReadAllBytes(path)).Port : null;
    }

    /// <summary>Which API plugged a port; null: it is not plugged.</summary>
    public PortOwner? OwnerOf(PhysicalAddress mac) => !ReadPlugged().Any(entry => entry.Mac.Equals(mac)) ? null
        : File.Exists(PortPath(mac)) ? PortOwner.Api2 : PortOwner.Api1;

    /// <summary>Every plugged port as it is kept; files that are not there are left out.</summary>
    public ValueList<StoredPort> ReadStored() => ReadPlugged()
        .Where(entry => File.Exists(InterfacePath(entry.Name)))
        .Select(entry => new StoredPort(
            entry.Mac.ToText(),
            entry.Name,
            File.ReadAllText(InterfacePath(entry.Name)),
            File.Exists(PortPath(entry.Mac)) ? File.ReadAllText(PortPath(entry.Mac)) : null))
        .ToValueList();

    /// <summary>True when exactly this file is there.</summary>
    public bool IsStored(InterfaceFile file) =>
        File.Exists(InterfacePath(file.Name)) && File.ReadAllBytes(InterfacePath(file.Name)).AsSpan().SequenceEqual(Json(file));

    /// <summary>Stores a port; one of API 1.0 has no document. Everything is on disk under temporary names before the first file is replaced.</summary>
    public Failure? Save(PluggedInterface plugged, Port? port, InterfaceFile file)
    {
        try
        {
            Directory.CreateDirectory(options.InterfaceDirectory);
            Directory.CreateDirectory(options.PortDirectory);
            using var interfaceFile = AtomicFile.Prepare(InterfacePath(plugged.Name), Json(file), PublicFile);
            using var portFile = port is null
                ? null
                : AtomicFile.Prepare(PortPath(plugged.Mac), JsonSerializer.SerializeToUtf8Bytes(port, ContractJson.Default.Port), PublicFile);
            // A name belongs to one port: the line of a port that is gone and had this name goes with it.
            var before = ReadPlugged();
            var after = before.Where(entry => entry.Mac.Equals(plugged.Mac) || entry.Name != plugged.Name)
                .Select(entry => entry.Mac.Equals(plugged.Mac) ? plugged : entry)
                .Append(plugged)
                .Distinct();
            using var list = AtomicFile.Prepare(options.PluggedInterfacesFile, Lines(after), PublicFile);
            interfaceFile.Commit();
            CommitDocument(plugged.Mac, portFile);
            list.Commit();
            DeleteReplaced(before, plugged);
            return null;
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return NetworkFailure.From(exception, $"store port {plugged.Mac.ToText()}", tool: null);
        }
    }

    /// <summary>Forgets a port.</summary>
    public Failure? Forget(PluggedInterface plugged)
    {
        try
        {
            AtomicFile.Write(options.PluggedInterfacesFile, Lines(ReadPlugged().Where(entry => !entry.Mac.Equals(plugged.Mac))), PublicFile);
            AtomicFile.Delete(PortPath(plugged.Mac));
            AtomicFile.Delete(InterfacePath(plugged.Name));
            return null;
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return NetworkFailure.From(exception, $"forget port {plugged.Mac.ToText()}", tool: null);
        }
    }

    /// <summary>Writes lo.json and takes away what a killed writer left behind; at every start of the agent.</summary>
    public Failure? Prepare()
    {
        try
        {
            Directory.CreateDirectory(options.InterfaceDirectory);
            Directory.CreateDirectory(options.PortDirectory);
            AtomicFile.CleanLeftovers(options.InterfaceDirectory);
            AtomicFile.CleanLeftovers(options.PortDirectory);
            AtomicFile.Write(InterfacePath("lo"), Json(InterfaceFile.Loopback), PublicFile);
            return null;
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return NetworkFailure.From(exception, "write lo.json", tool: null);
        }
    }

    private void CommitDocument(PhysicalAddress mac, PreparedFile? document)
    {
        if (document is null)
        {
            // Left by a writer that was killed before it stored the rest.
            AtomicFile.Delete(PortPath(mac));
            return;
        }

        document.Commit();
    }

    private void DeleteReplaced(IReadOnlyList<PluggedInterface> before, PluggedInterface plugged)
    {
        foreach (var gone in before.Where(entry => entry.Name == plugged.Name && !entry.Mac.Equals(plugged.Mac)))
        {
            AtomicFile.Delete(PortPath(gone.Mac));
        }

        foreach (var earlier in before.Where(entry => entry.Mac.Equals(plugged.Mac) && entry.Name != plugged.Name))
        {
            AtomicFile.Delete(InterfacePath(earlier.Name));
        }
    }

    private static byte[] Json(InterfaceFile file) => JsonSerializer.SerializeToUtf8Bytes(file, InterfaceFileJson.Default.InterfaceFile);

    private static byte[] Lines(IEnumerable<PluggedInterface> entries) =>
        Encoding.UTF8.GetBytes(string.Concat(entries.Select(entry => $"{entry}\n")));

    private string InterfacePath(string name) => Path.Combine(options.InterfaceDirectory, name + ".json");

    private string PortPath(PhysicalAddress mac) => Path.Combine(options.PortDirectory, mac.ToText() + ".json");
}

/// <summary>A port as it is kept, in the texts of its files.</summary>
/// <param name="Mac">As <c>fa:16:3e:00:00:01</c>.</param>
/// <param name="Name">As <c>eth1</c>.</param>
/// <param name="Plan">The interface file.</param>
/// <param name="Document">The document of API 2.0; null for a port of API 1.0.</param>
internal sealed record StoredPort(string Mac, string Name, string Plan, string? Document);
