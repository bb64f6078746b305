// Named network namespaces, kept the way ip-netns(8) keeps them, so that both can be used side by side.
using Amphora.Linux.Native;
using Amphora.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Namespaces;

/// <summary>Creates, deletes and enters named network namespaces: bind mounts of <c>/proc/…/ns/net</c> below <see cref="Folder"/>.</summary>
public static class NetworkNamespace
{
    /// <summary>Where the names are.</summary>
    public const string Folder = "/run/netns";

    /// <summary>The file of a namespace.</summary>
    /// <exception cref="ArgumentException">Not a file name.</exception>
    public static string PathOf(string name)
    {
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
        {
            throw new ArgumentException($"'{name}' cannot name a network namespace: it has to be a file name", nameof(name));
        }

        return $"{Folder}/{name}";
    }

    /// <summary>True when the name stands for a namespace; a left-over empty file is none.</summary>
    public static bool Exists(string name)
    {
        if (!File.Exists(PathOf(name)))
        {
            return false;
        }

        using var handle = Libc.open(PathOf(name), Libc.O_RDONLY | Libc.O_CLOEXEC);
        return !handle.IsInvalid && Libc.fstatfs(handle, out var statfs) == 0 && statfs.f_type == Libc.NSFS_MAGIC;
    }

    /// <summary>The namespace as a descriptor, for setns(2) and for moving links into it.</summary>
    /// <exception cref="LinuxException">There is no such namespace.</exception>
    public static SafeFileHandle Open(string name) =>
        Libc.Check(Libc.open(PathOf(name), Libc.O_RDONLY | Libc.O_CLOEXEC), $"open network namespace {name}");

    /// <summary>The namespace of the calling thread as a descriptor.</summary>
    public static SafeFileHandle OpenCurrent() =>
        Libc.Check(Libc.open("/proc/thread-self/ns/net", Libc.O_RDONLY | Libc.O_CLOEXEC), "open own network namespace");

    /// <summary>As <c>ip netns add</c>: a new namespace with nothing in it but <c>lo</c>, down.</summary>
    /// <exception cref="LinuxException">EEXIST when the name is taken; whatever the kernel refuses.</exception>
    public static void Create(string name)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Folder);
        using var folder = Libc.Check(Libc.open(Folder, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC), $"open {Folder}");
        // Closing the descriptor lets the lock go. ip-netns takes it too while it makes the folder a mount point.
        Libc.Check(Libc.flock(folder, Libc.LOCK_EX), $"lock {Folder}");
        CreateLocked(name, path);
    }

    /// <summary>Creates the namespace when it is not there; true when it was created.</summary>
    public static bool Ensure(string name)
    {
        if (Exists(name))
        {
            return false;
        }

        try
        {
            Create(name);
            return true;
        }
        catch (LinuxException exception) when (exception.Errno == Libc.EEXIST && Exists(name))
        {
            return false;
        }
    }

    /// <summary>As <c>ip netns delete</c>; a name that is not there is success. The kernel keeps the namespace while something uses it.</summary>
    public static void Delete(string name)
    {
        var path = PathOf(name);
        if (Libc.umount2(path, Libc.MNT_DETACH) < 0 && Libc.LastError is not (Libc.ENOENT or Libc.EINVAL))
        {
            throw new LinuxException($"unmount {path}", Libc.LastError);
        }

        File.Delete(path);
    }

    /// <summary>The processes in a namespace, as <c>ip netns pids</c>; none when there is no such namespace.</summary>
    public static IReadOnlyList<int> Processes(string name) => Identity(name) is { } wanted
        ? [.. ProcessStatus.All().Where(pid => ProcessStatus.NetworkNamespaceOf(pid) == wanted)] : [];

    /// <summary>Kills the processes in a namespace, but for this one.</summary>
    /// <returns>Which; what they started meanwhile may be left, so it is asked for again until there are none.</returns>
    public static IReadOnlyList<int> KillProcesses(string name)
    {
        var killed = new List<int>();
        var wanted = Identity(name);
        foreach (var pid in wanted is null ? [] : Processes(name))
        {
            using var process = Libc.pidfd_open(pid, 0);
            // The descriptor comes first: what is looked at afterwards is the process it stands for, or a later one with its number.
            if (!process.IsInvalid && pid != Environment.ProcessId && ProcessStatus.NetworkNamespaceOf(pid) == wanted
                && Libc.pidfd_send_signal(process, Libc.SIGKILL, 0, 0) == 0)
            {
                killed.Add(pid);
            }
        }

        return killed;
    }

    /// <summary>Runs something inside a namespace, on a thread made for it that ends afterwards: no thread that has been in another
    /// namespace ever returns to the pool. What sockets it opened stay in that namespace and may be used from any thread.</summary>
    /// <param name="name">The namespace; null runs it here and now.</param>
    /// <param name="function">What to do; its exception is thrown here.</param>
    public static T Run<T>(string? name, Func<T> function) => name is null ? function() : OwnThread.Run(() =>
    {
        using (var handle = Open(name))
        {
            Libc.Check(Libc.setns(handle, Libc.CLONE_NEWNET), $"enter network namespace {name}");
        }

        return function();
    });

    /// <inheritdoc cref="Run{T}(string?, Func{T})"/>
    public static void Run(string? name, Action action) => Run(name, () =>
    {
        action();
        return true;
    });

    // As net:[4026531840].
    private static string? Identity(string name) => Exists(name) ? Run(name, static () => new FileInfo("/proc/thread-self/ns/net").LinkTarget) : null;

    private static void CreateLocked(string name, string path)
    {
        MakeFolderShared();
        if (File.Exists(path) && !Exists(name))
        {
            // A creator died between the file and the mount; with the lock held nobody else is between them now.
            File.Delete(path);
        }

        try
        {
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new LinuxException($"create network namespace {name}", Libc.EEXIST);
        }

        try
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
            OwnThread.Run(() =>
            {
                Libc.Check(Libc.unshare(Libc.CLONE_NEWNET), $"create network namespace {name}");
                return Libc.Check(Libc.mount("/proc/thread-self/ns/net", path, "none", Libc.MS_BIND, 0), $"mount {path}");
            });
        }
        catch (LinuxException)
        {
            File.Delete(path);
            throw;
        }
    }

    // Namespaces mounted here have to show in mount namespaces made earlier and later, so the folder is a shared mount.
    private static void MakeFolderShared()
    {
        if (Libc.mount("", Folder, "none", Libc.MS_SHARED | Libc.MS_REC, 0) == 0)
        {
            return;
        }

        if (Libc.LastError != Libc.EINVAL)
        {
            throw new LinuxException($"share {Folder}", Libc.LastError);
        }

        // EINVAL: not a mount point yet.
        Libc.Check(Libc.mount(Folder, Folder, "none", Libc.MS_BIND | Libc.MS_REC, 0), $"mount {Folder}");
        Libc.Check(Libc.mount("", Folder, "none", Libc.MS_SHARED | Libc.MS_REC, 0), $"share {Folder}");
    }
}
