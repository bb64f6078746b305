// One connection to a message bus, for one thread.
using System.Runtime.InteropServices;
using Amphora.Linux.Native;

namespace Amphora.Linux.SdBus;

/// <summary>Calls systemd's manager over sd-bus and hears its JobRemoved signals. Not thread safe: sd-bus is not.</summary>
internal sealed unsafe class BusConnection : IDisposable
{
    internal const string SystemBus = "unix:path=/run/dbus/system_bus_socket";

    private const string Service = "org.freedesktop.systemd1";
    private const string ManagerPath = "/org/freedesktop/systemd1";
    private const string Manager = "org.freedesktop.systemd1.Manager";
    private const string JobRemoved = "JobRemoved";

    // systemd listens here itself, without a bus between.
    private const string PrivateSocket = "/systemd/private";

    private readonly bool _direct;
    private readonly ulong _limit;
    private nint _bus;

    /// <summary>Connects and asks for signals.</summary>
    /// <param name="address">D-Bus address.</param>
    /// <param name="limit">Limit of every call.</param>
    /// <exception cref="LinuxException">There is nobody at the address, or no libsystemd on this host.</exception>
    internal BusConnection(string address, TimeSpan limit)
    {
        _direct = address.EndsWith(PrivateSocket, StringComparison.Ordinal);
        _limit = (ulong)limit.TotalMicroseconds;
        try
        {
            Check(LibSystemd.sd_bus_new(out _bus), "sd_bus_new");
            Check(LibSystemd.sd_bus_set_address(_bus, address), $"use D-Bus address {address}");
            Check(LibSystemd.sd_bus_set_bus_client(_bus, _direct ? 0 : 1), "sd_bus_set_bus_client");
            Check(LibSystemd.sd_bus_set_method_call_timeout(_bus, _limit), "sd_bus_set_method_call_timeout");
            Check(LibSystemd.sd_bus_start(_bus), $"connect to {address}");
            // Before the first job, so that the end of none is missed.
            Check(
                LibSystemd.sd_bus_add_match(_bus, 0, $"type='signal',interface='{Manager}',member='{JobRemoved}',path='{ManagerPath}'", 0, 0),
                $"connect to {address}");
            Call("Subscribe", []);
        }
        catch (DllNotFoundException exception)
        {
            throw new LinuxException("load libsystemd.so.0", Libc.ENOENT, exception.Message);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal int Descriptor => Check(LibSystemd.sd_bus_get_fd(_bus), "sd_bus_get_fd");

    internal short Events => (short)Check(LibSystemd.sd_bus_get_events(_bus), "sd_bus_get_events");

    public void Dispose()
    {
        if (_bus != 0)
        {
            LibSystemd.sd_bus_close_unref(_bus);
            _bus = 0;
        }
    }

    /// <summary>Calls a method of the manager whose answer is not of interest.</summary>
    internal void Call(string member, ReadOnlySpan<string> words) => LibSystemd.sd_bus_message_unref(CallManager(member, words));

    /// <summary>Calls a method of the manager that answers with an object path.</summary>
    internal string CallForPath(string member, ReadOnlySpan<string> words)
    {
        var reply = CallManager(member, words);
        try
        {
            return ReadText(reply, 'o');
        }
        finally
        {
            LibSystemd.sd_bus_message_unref(reply);
        }
    }

    /// <summary>EnableUnitFiles (with a second flag) or DisableUnitFiles.</summary>
    internal void CallWithFiles(string member, string unit, params ReadOnlySpan<bool> flags)
    {
        var message = NewCall(ManagerPath, Manager, member);
        Check(LibSystemd.sd_bus_message_open_container(message, (byte)'a', "s"), member);
        AppendText(message, unit);
        Check(LibSystemd.sd_bus_message_close_container(message), member);
        foreach (var flag in flags)
        {
            var value = flag ? 1 : 0;
            Check(LibSystemd.sd_bus_message_append_basic(message, (byte)'b', &value), member);
        }

        LibSystemd.sd_bus_message_unref(Send(message, $"{member} {unit}"));
    }

    /// <summary>A property that is a string.</summary>
    internal string Text(string path, string interfaceName, string property) => Property(path, interfaceName, property, 's', static (reply, _) => ReadText(reply, 's'));

    /// <summary>A property that is a number of 32 bits.</summary>
    internal int Number(string path, string interfaceName, string property, char type) => Property(path, interfaceName, property, type, static (reply, type) =>
    {
        int value;
        Check(LibSystemd.sd_bus_message_read_basic(reply, (byte)type, &value), "read a property");
        return value;
    });

    /// <summary>Takes in what has arrived.</summary>
    /// <param name="jobEnded">Called with path and result of every job that has ended.</param>
    /// <exception cref="LinuxException">The connection is broken.</exception>
    internal void Process(Action<string, string> jobEnded)
    {
        while (Check(LibSystemd.sd_bus_process(_bus, out var message), "read from the bus") > 0)
        {
            if (message == 0)
            {
                continue;
            }

            try
            {
                if (Check(LibSystemd.sd_bus_message_is_signal(message, Manager, JobRemoved), JobRemoved) > 0)
                {
                    // JobRemoved(u id, o job, s unit, s result)
                    uint id;
                    Check(LibSystemd.sd_bus_message_read_basic(message, (byte)'u', &id), JobRemoved);
                    var job = ReadText(message, 'o');
                    ReadText(message, 's');
                    jobEnded(job, ReadText(message, 's'));
                }
            }
            finally
            {
                LibSystemd.sd_bus_message_unref(message);
            }
        }
    }

    /// <summary>Milliseconds until <see cref="Process"/> has to be called even when nothing arrives; -1: never.</summary>
    internal int MillisecondsLeft()
    {
        Check(LibSystemd.sd_bus_get_timeout(_bus, out var usec), "sd_bus_get_timeout");
        if (usec == ulong.MaxValue)
        {
            return -1;
        }

        // The time is that of CLOCK_MONOTONIC, which Stopwatch reads too.
        var now = (ulong)(System.Diagnostics.Stopwatch.GetTimestamp() / (System.Diagnostics.Stopwatch.Frequency / 1_000_000));
        return usec <= now ? 0 : (int)Math.Min((usec - now + 999) / 1000, int.MaxValue);
    }

    private nint CallManager(string member, ReadOnlySpan<string> words)
    {
        var message = NewCall(ManagerPath, Manager, member);
        foreach (var word in words)
        {
            AppendText(message, word);
        }

        return Send(message, words.Length == 0 ? member : $"{member} {words[0]}");
    }

    private T Property<T>(string path, string interfaceName, string property, char type, Func<nint, char, T> read)
    {
        var message = NewCall(path, "org.freedesktop.DBus.Properties", "Get");
        AppendText(message, interfaceName);
        AppendText(message, property);
        var reply = Send(message, $"Get {property}");
        try
        {
            Check(LibSystemd.sd_bus_message_enter_container(reply, (byte)'v', type.ToString()), $"Get {property}");
            return read(reply, type);
        }
        finally
        {
            LibSystemd.sd_bus_message_unref(reply);
        }
    }

    private nint NewCall(string path, string interfaceName, string member)
    {
        Check(
            LibSystemd.sd_bus_message_new_method_call(_bus, out var message, _direct ? null : Service, path, interfaceName, member),
            member);
        return message;
    }

    // Takes the message over.
    private nint Send(nint message, string call)
    {
        LibSystemd.BusError error = default;
        try
        {
            var result = LibSystemd.sd_bus_call(_bus, message, _limit, &error, out var reply);
            return result >= 0 ? reply
                : error.name is null ? throw new LinuxException(call, -result)
                : throw new BusErrorException(call, -result, Marshal.PtrToStringUTF8((nint)error.name)!, Marshal.PtrToStringUTF8((nint)error.message) ?? "");
        }
        finally
        {
            LibSystemd.sd_bus_error_free(&error);
            LibSystemd.sd_bus_message_unref(message);
        }
    }

    private static void AppendText(nint message, string text)
    {
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        try
        {
            Check(LibSystemd.sd_bus_message_append_basic(message, (byte)'s', (void*)copy), "append a word");
        }
        finally
        {
            Marshal.FreeCoTaskMem(copy);
        }
    }

    private static string ReadText(nint message, char type)
    {
        nint text;
        Check(LibSystemd.sd_bus_message_read_basic(message, (byte)type, &text), "read a word");
        return Marshal.PtrToStringUTF8(text)!;
    }

    // sd-bus returns the negative error number.
    private static int Check(int result, string call) => result >= 0 ? result : throw new LinuxException(call, -result);
}
