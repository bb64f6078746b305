// The SCTP probe against a peer on loopback that answers as it is told.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Amphora.Linux.Native;
using Amphora.Linux.Sctp;
using Xunit;

namespace Amphora.Linux.Tests.Sctp;

public sealed class SctpProbeTests
{
    private const uint PeerTag = 0xCAFE0001;

    public static TheoryData<string, byte, SctpAnswer> Answers => new()
    {
        { "127.0.0.1", SctpPacket.InitAck, SctpAnswer.InitAck },
        { "127.0.0.1", SctpPacket.Abort, SctpAnswer.Abort },
        { "127.0.0.1", 9, SctpAnswer.Other },
        { "::1", SctpPacket.InitAck, SctpAnswer.InitAck },
        { "::1", SctpPacket.Abort, SctpAnswer.Abort },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task The_first_chunk_that_answers_the_INIT_decides(string address, byte chunk, SctpAnswer expected)
    {
        using var peer = new Peer(IPAddress.Parse(address), init => Reply(init, chunk));

        var answer = await ProbeAsync(peer.EndPoint, TimeSpan.FromSeconds(10));

        Assert.Equal(expected, answer);
    }

    [Fact]
    public async Task An_association_that_was_begun_is_aborted_with_the_tag_of_the_peer()
    {
        using var peer = new Peer(IPAddress.Loopback, init => Reply(init, SctpPacket.InitAck));

        await ProbeAsync(peer.EndPoint, TimeSpan.FromSeconds(10));

        var abort = await peer.Received(SctpPacket.Abort).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(PeerTag, BinaryPrimitives.ReadUInt32BigEndian(abort.AsSpan(4)));
    }

    [Fact]
    public async Task A_silent_peer_is_none_after_the_time_limit()
    {
        using var peer = new Peer(IPAddress.Loopback, _ => null);

        Assert.Equal(SctpAnswer.None, await ProbeAsync(peer.EndPoint, TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public async Task A_damaged_answer_and_one_with_another_tag_are_nobody_s()
    {
        using var damaged = new Peer(IPAddress.Loopback, static init =>
        {
            var reply = Reply(init, SctpPacket.InitAck);
            reply[^1] ^= 1;
            return reply;
        });
        using var stranger = new Peer(IPAddress.Loopback, static init =>
        {
            var reply = Reply(init, SctpPacket.InitAck);
            reply[4] ^= 1;
            BinaryPrimitives.WriteUInt32LittleEndian(reply.AsSpan(8), Crc32C(reply));
            return reply;
        });

        Assert.Equal(SctpAnswer.None, await ProbeAsync(damaged.EndPoint, TimeSpan.FromMilliseconds(300)));
        Assert.Equal(SctpAnswer.None, await ProbeAsync(stranger.EndPoint, TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public void The_checksum_is_that_of_the_polynomial_bit_by_bit()
    {
        var init = SctpPacket.MakeInit(50000, 3868, 7, 9);

        Assert.Equal(Crc32C(init), BinaryPrimitives.ReadUInt32LittleEndian(init.AsSpan(8)));
        Assert.Equal(0xE3069283u, Crc32COf("123456789"u8.ToArray()));
    }

    private static async Task<SctpAnswer> ProbeAsync(IPEndPoint peer, TimeSpan timeout)
    {
        var done = new TaskCompletionSource<SctpAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => done.SetResult(SctpProbe.Run(peer, timeout))) { IsBackground = true }.Start();
        return await done.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    // An INIT's mirror image with another chunk type: ports exchanged, the tag the sender chose, a tag of our own.
    private static byte[] Reply(byte[] init, byte chunk)
    {
        var reply = (byte[])init.Clone();
        init.AsSpan(0, 2).CopyTo(reply.AsSpan(2));
        init.AsSpan(2, 2).CopyTo(reply);
        init.AsSpan(16, 4).CopyTo(reply.AsSpan(4));
        reply[12] = chunk;
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(16), PeerTag);
        BinaryPrimitives.WriteUInt32LittleEndian(reply.AsSpan(8), Crc32C(reply));
        return reply;
    }

    private static uint Crc32C(byte[] packet)
    {
        var copy = (byte[])packet.Clone();
        copy.AsSpan(8, 4).Clear();
        return Crc32COf(copy);
    }

    // Castagnoli's polynomial, reflected, a bit at a time.
    private static uint Crc32COf(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
            }
        }

        return ~crc;
    }

    /// <summary>Listens on a raw socket and answers INITs to its port.</summary>
    private sealed class Peer : IDisposable
    {
        private static int s_port = 20000 + (Environment.ProcessId % 20000);

        private readonly Socket _socket;
        private readonly Func<byte[], byte[]?> _answer;
        private readonly Dictionary<byte, TaskCompletionSource<byte[]>> _received = [];

        public Peer(IPAddress address, Func<byte[], byte[]?> answer)
        {
            _answer = answer;
            EndPoint = new IPEndPoint(address, Interlocked.Increment(ref s_port));
            using var handle = Libc.Check(
                Libc.socket(address.AddressFamily == AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 132), "open raw socket");
            _socket = new Socket(new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: true));
            handle.SetHandleAsInvalid();
            _socket.Bind(new IPEndPoint(address, 0));
            new Thread(Serve) { IsBackground = true }.Start();
        }

        public IPEndPoint EndPoint { get; }

        public Task<byte[]> Received(byte chunk) => Completion(chunk).Task;

        public void Dispose() => _socket.Dispose();

        private void Serve()
        {
            var buffer = new byte[65535];
            var header = _socket.AddressFamily == AddressFamily.InterNetwork ? 20 : 0;
            try
            {
                while (_socket.Receive(buffer) is > 0 and var length)
                {
                    var packet = buffer[header..length];
                    if (BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)) != EndPoint.Port)
                    {
                        continue;
                    }

                    Completion(packet[12]).TrySetResult(packet);
                    if (packet[12] == SctpPacket.Init && _answer(packet) is { } reply)
                    {
                        _socket.SendTo(reply, new IPEndPoint(EndPoint.Address, 0));
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private TaskCompletionSource<byte[]> Completion(byte chunk)
        {
            lock (_received)
            {
                if (!_received.TryGetValue(chunk, out var completion))
                {
                    _received[chunk] = completion = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                return completion;
            }
        }
    }
}
