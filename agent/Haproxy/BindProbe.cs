// Whether HAProxy could bind what a configuration names, asked before HAProxy is.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Contract;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;

namespace Amphora.Agent.Haproxy;

/// <summary>A HAProxy that cannot bind at a reload makes the worker that serves let go of its ports for two seconds before it gives up, and
/// <c>haproxy -c</c> binds nothing. Here every address is bound for a moment, as HAProxy does it, beside the worker that has it.</summary>
internal static class BindProbe
{
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;
    private const int SoReusePort = 15;

    /// <summary>The failure of a step that needs all of a configuration's addresses; null when they can be had.</summary>
    /// <param name="step">As <c>reload haproxy-….service</c>.</param>
    /// <param name="networkNamespace">Where HAProxy binds; null: the agent's own.</param>
    /// <param name="config">haproxy.cfg.</param>
    public static Failure? Try(string step, string? networkNamespace, string config) => Find(networkNamespace, config) is { } refused
        ? new Failure(step, $"cannot {step}: {refused.Words}; what serves goes on as it was") { Tool = "bind" }
        : null;

    /// <summary>A failure of HAProxy's own, with the kernel's setting that is behind it, where one is.</summary>
    public static Failure Explain(Failure failure, string? networkNamespace, string config) =>
        Find(networkNamespace, config) is { Error: SocketError.AddressNotAvailable } refused
            ? failure with { Message = $"{failure.Message}; {refused.Words}" }
            : failure;

    private static Refusal? Find(string? networkNamespace, string config)
    {
        var endPoints = EndPoints(config);
        try
        {
            return endPoints.Count == 0 ? null : NetworkNamespace.Run(networkNamespace, () => endPoints.Select(Bind).FirstOrDefault(static refused => refused is not null));
        }
        catch (LinuxException)
        {
            // A namespace that has no name any more: what runs in it can be reloaded all the same.
            return null;
        }
    }

    private static List<IPEndPoint> EndPoints(string config) =>
    [
        .. HaproxyText.Binds(config)
            .Select(static bind => ushort.TryParse(bind.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? new IPEndPoint(bind.Address, port) : null)
            .OfType<IPEndPoint>()
            .Distinct(),
    ];

    private static Refusal? Bind(IPEndPoint endPoint)
    {
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetRawSocketOption(SolSocket, SoReuseAddress, BitConverter.GetBytes(1));
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
            socket.Bind(endPoint);
            return null;
        }
        catch (SocketException refused)
        {
            return new Refusal(refused.SocketErrorCode, $"cannot bind {endPoint}: {refused.Message}{Because(refused, endPoint.AddressFamily)}");
        }
    }

    // A BACKUP binds VIPs it does not have.
    private static string Because(SocketException refused, AddressFamily family)
    {
        var setting = $"net/{(family == AddressFamily.InterNetwork ? "ipv4" : "ipv6")}/ip_nonlocal_bind";
        var file = $"/proc/sys/{setting}";
        return refused.SocketErrorCode == SocketError.AddressNotAvailable && File.Exists(file) && File.ReadAllText(file).Trim() == "0"
            ? $"; {setting.Replace('/', '.')} is 0 here, so that an address this amphora does not have cannot be bound"
            : "";
    }

    private sealed record Refusal(SocketError Error, string Words);
}
