// posix_spawn: fork and exec in one call of the C library, because managed code must not run in a forked child.
using System.Collections;
using System.Text;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Processes;

internal static unsafe class ProcessSpawner
{
    private static readonly string[] OwnVariables = ["NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_", "SSL_CERT_", "DOTNET_"];
    private static readonly Lock LimitLock = new();

    /// <summary>Starts the program and returns its process id, which is also the id of its session and process group.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="input">Standard input; null: /dev/null.</param>
    /// <param name="output">Standard output and error.</param>
    /// <exception cref="LinuxException">It could not be started; ENOENT when there is no such program, directory or namespace.</exception>
    internal static int Spawn(ProcessStart start, SafeFileHandle? input, SafeFileHandle output)
    {
        if (start.WorkingDirectory is not null && !Directory.Exists(start.WorkingDirectory))
        {
            throw new LinuxException($"start {start.Command[0]}", Libc.ENOENT, $"its working directory {start.WorkingDirectory} is not there");
        }

        // The child inherits the namespace of the thread that spawns it.
        return NetworkNamespace.Run(start.NetworkNamespace, () => WithOpenFiles(start.OpenFiles, () => SpawnHere(start, input, output)));
    }

    private static int SpawnHere(ProcessStart start, SafeFileHandle? input, SafeFileHandle output)
    {
        Libc.SpawnFileActions actions;
        Libc.SpawnAttributes attributes;
        Check(Libc.posix_spawn_file_actions_init(&actions), start);
        Check(Libc.posix_spawnattr_init(&attributes), start);
        try
        {
            AddActions(&actions, start, input, output);
            SetAttributes(&attributes, start);
            using var arguments = new NativeStrings(start.Command);
            using var environment = new NativeStrings(EnvironmentOf(start));
            Check(Libc.posix_spawnp(out var pid, arguments.Pointer[0], &actions, &attributes, arguments.Pointer, environment.Pointer), start);
            return pid;
        }
        finally
        {
            _ = Libc.posix_spawnattr_destroy(&attributes);
            _ = Libc.posix_spawn_file_actions_destroy(&actions);
        }
    }

    private static void AddActions(Libc.SpawnFileActions* actions, ProcessStart start, SafeFileHandle? input, SafeFileHandle output)
    {
        var written = (int)output.DangerousGetHandle();
        Check(
            input is null
                ? Libc.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", Libc.O_RDONLY, 0)
                : Libc.posix_spawn_file_actions_adddup2(actions, (int)input.DangerousGetHandle(), 0),
            start);
        Check(Libc.posix_spawn_file_actions_adddup2(actions, written, 1), start);
        Check(Libc.posix_spawn_file_actions_adddup2(actions, written, 2), start);
        Check(Libc.posix_spawn_file_actions_addclosefrom_np(actions, 3), start);
        if (start.WorkingDirectory is not null)
        {
            Check(Libc.posix_spawn_file_actions_addchdir_np(actions, start.WorkingDirectory), start);
        }
    }

    // .NET ignores SIGPIPE and blocks or handles others; the program gets what a program expects.
    private static void SetAttributes(Libc.SpawnAttributes* attributes, ProcessStart start)
    {
        Libc.SignalSet none;
        Libc.SignalSet all;
        _ = Libc.sigemptyset(&none);
        _ = Libc.sigfillset(&all);
        Check(Libc.posix_spawnattr_setsigmask(attributes, &none), start);
        Check(Libc.posix_spawnattr_setsigdefault(attributes, &all), start);
        Check(Libc.posix_spawnattr_setflags(attributes, Libc.POSIX_SPAWN_SETSID | Libc.POSIX_SPAWN_SETSIGMASK | Libc.POSIX_SPAWN_SETSIGDEF), start);
    }

    private static List<string> EnvironmentOf(ProcessStart start)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (!OwnVariables.Any(own => name.StartsWith(own, StringComparison.Ordinal)))
            {
                variables[name] = (string?)entry.Value;
            }
        }

        foreach (var (name, value) in start.Environment ?? new Dictionary<string, string?>())
        {
            variables[name] = value;
        }

        var texts = new List<string>(variables.Count);
        foreach (var (name, value) in variables)
        {
            if (value is not null)
            {
                texts.Add($"{name}={value}");
            }
        }

        return texts;
    }

    // Limits are inherited and posix_spawn cannot set them, so the caller's own is higher for the moment of the call.
    private static int WithOpenFiles(long? openFiles, Func<int> spawn)
    {
        if (openFiles is null)
        {
            return spawn();
        }

        lock (LimitLock)
        {
            Libc.ResourceLimit earlier;
            Libc.Check(Libc.prlimit(0, Libc.RLIMIT_NOFILE, null, &earlier), "getrlimit RLIMIT_NOFILE");
            var most = ulong.Parse(File.ReadAllText("/proc/sys/fs/nr_open").AsSpan().Trim());
            var wanted = Math.Min((ulong)openFiles.Value, most);
            var raised = new Libc.ResourceLimit { rlim_cur = Math.Max(wanted, earlier.rlim_cur), rlim_max = Math.Max(wanted, earlier.rlim_max) };
            if (Libc.prlimit(0, Libc.RLIMIT_NOFILE, &raised, null) < 0)
            {
                // A container without CAP_SYS_RESOURCE may go up to its hard limit only.
                var allowed = earlier with { rlim_cur = earlier.rlim_max };
                Libc.Check(Libc.prlimit(0, Libc.RLIMIT_NOFILE, &allowed, null), $"setrlimit RLIMIT_NOFILE {allowed.rlim_max}");
            }

            try
            {
                return spawn();
            }
            finally
            {
                _ = Libc.prlimit(0, Libc.RLIMIT_NOFILE, &earlier, null);
            }
        }
    }

    // These calls return the error instead of setting errno.
    private static void Check(int error, ProcessStart start)
    {
        if (error != 0)
        {
            throw new LinuxException($"start {start.Command[0]}", error);
        }
    }

    /// <summary>A null-terminated array of C strings.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly byte[] _text;
        private readonly nint[] _pointers;
        private System.Runtime.InteropServices.GCHandle _pinnedText;
        private System.Runtime.InteropServices.GCHandle _pinnedPointers;

        internal NativeStrings(IReadOnlyList<string> strings)
        {
            if (strings.FirstOrDefault(text => text.Contains('\0', StringComparison.Ordinal)) is { } bad)
            {
                throw new ArgumentException($"'{bad.Replace('\0', '?')}' contains a NUL, which no argument or variable can", nameof(strings));
            }

            _text = Encoding.UTF8.GetBytes(string.Concat(strings.Select(text => text + '\0')));
            _pinnedText = System.Runtime.InteropServices.GCHandle.Alloc(_text, System.Runtime.InteropServices.GCHandleType.Pinned);
            _pointers = new nint[strings.Count + 1];
            var next = _pinnedText.AddrOfPinnedObject();
            for (var i = 0; i < strings.Count; i++)
            {
                _pointers[i] = next;
                next += Encoding.UTF8.GetByteCount(strings[i]) + 1;
            }

            _pinnedPointers = System.Runtime.InteropServices.GCHandle.Alloc(_pointers, System.Runtime.InteropServices.GCHandleType.Pinned);
        }

        internal byte** Pointer => (byte**)_pinnedPointers.AddrOfPinnedObject();

        public void Dispose()
        {
            _pinnedText.Free();
            _pinnedPointers.Free();
        }
    }
}
