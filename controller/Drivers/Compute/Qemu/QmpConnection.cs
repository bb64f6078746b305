// QMP, qemu's control protocol (docs/interop/qmp-spec.txt): a JSON object a line, over a Unix socket.
using System.Buffers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>qemu said no.</summary>
/// <param name="message">Its words.</param>
internal sealed class QmpException(string message) : Exception(message);

/// <summary>A connection to one qemu, which serves one client at a time. For one caller at a time.</summary>
internal sealed class QmpConnection : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private readonly List<JsonElement> _events = [];

    private QmpConnection(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.UTF8);
    }

    /// <summary>Connects, and waits for the greeting.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="limit">For all of it: a qemu that just started has no socket yet.</param>
    /// <param name="isAlive">False ends the wait: there will never be one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">Nobody answered.</exception>
    /// <exception cref="IOException">qemu ended.</exception>
    public static async Task<QmpConnection> OpenAsync(string path, TimeSpan limit, Func<bool> isAlive, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(limit);
        try
        {
            var connection = new QmpConnection(await ConnectAsync(path, isAlive, source.Token));
            try
            {
                await connection.ReadAsync(source.Token);
                await connection.AskAsync("qmp_capabilities", null, source.Token);
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"qemu's control socket {path} did not answer within {limit.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Sends a command.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="arguments">Writes its arguments; null: none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What <c>return</c> holds.</returns>
    /// <exception cref="QmpException">qemu refused.</exception>
    public async Task<JsonElement> ExecuteAsync(string command, Action<Utf8JsonWriter>? arguments, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(QemuTimeouts.Command);
        try
        {
            return await AskAsync(command, arguments, source.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"qemu did not answer {command} within {QemuTimeouts.Command.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Waits until something is told, by an event that came already or comes now.</summary>
    public async Task WaitForEventAsync(string name, Predicate<JsonElement> isMeant, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(limit);
        try
        {
            while (!_events.Exists(told => told.GetProperty("event").GetString() == name && isMeant(told)))
            {
                await ReadAsync(source.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"qemu did not tell {name} within {limit.TotalSeconds:0.#} s");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    private static async Task<Socket> ConnectAsync(string path, Func<bool> isAlive, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return socket;
            }
            catch (SocketException) when (isAlive())
            {
                socket.Dispose();
                await Task.Delay(QemuTimeouts.Pause, cancellationToken);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                throw new IOException("qemu ended", exception);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private async Task<JsonElement> AskAsync(string command, Action<Utf8JsonWriter>? arguments, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Request(command, arguments), cancellationToken);
        while (true)
        {
            var line = await ReadAsync(cancellationToken);
            if (line.TryGetProperty("return", out var value))
            {
                return value;
            }

            if (line.TryGetProperty("error", out var error))
            {
                throw new QmpException($"qemu refused {command}: {error.GetProperty("desc").GetString()}");
            }
        }
    }

    private static ReadOnlyMemory<byte> Request(string command, Action<Utf8JsonWriter>? arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("execute", command);
            if (arguments is not null)
            {
                writer.WriteStartObject("arguments");
                arguments(writer);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    // Events come in between and are kept for whoever waits for one.
    private async Task<JsonElement> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await _reader.ReadLineAsync(cancellationToken) ?? throw new IOException("qemu closed its control socket");
        JsonElement value;
        try
        {
            using var document = JsonDocument.Parse(line);
            value = document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new IOException($"qemu said what is not JSON: {line}", exception);
        }

        if (value.TryGetProperty("event", out _))
        {
            _events.Add(value);
        }

        return value;
    }
}
