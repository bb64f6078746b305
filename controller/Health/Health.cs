// Health: receives the heartbeats of amphorae.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.Heartbeat;

namespace Amphora.Controller.Health;

/// <summary>Front door of the slice.</summary>
internal static class HealthSlice
{
    /// <summary>A receiver; it listens when it is run.</summary>
    public static HeartbeatReceiver Receiver(HeartbeatListenOptions options) => new(options, TimeProvider.System);

    /// <summary>Reads the text of a key from the first line of a file, as <c>heartbeat_key</c> of amphora-agent.conf has it.</summary>
    public static Outcome<string> ReadKey(string file)
    {
        try
        {
            var key = File.ReadLines(file).FirstOrDefault("").Trim();
            return key.Length > 0 ? key : Failed("its first line is empty");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failed(exception.Message);
        }

        Failure Failed(string reason) => new("read the heartbeat key", $"cannot read the heartbeat key from {file}: {reason}");
    }

    /// <summary>An address of the kernel's as text.</summary>
    public static string ToText(SocketAddress address)
    {
        var any = address.Family == System.Net.Sockets.AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        var endPoint = (IPEndPoint)new IPEndPoint(any, 0).Create(address);
        return endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port).ToString() : endPoint.ToString();
    }
}
