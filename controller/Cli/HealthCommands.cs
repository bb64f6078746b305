// amphora-controller health listen.
using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Cli.Heartbeats;
using Amphora.Controller.Health;

namespace Amphora.Controller.Cli;

/// <summary>The commands of the noun <c>health</c>.</summary>
internal static class HealthCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "health";

    /// <summary>Holds the key when no file does.</summary>
    public const string KeyVariable = "AMPHORA_HEARTBEAT_KEY";

    private const int DefaultPort = 5555;
    private const int DefaultWindow = 60;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Receive the heartbeats of amphorae.");
        if (isWanted)
        {
            var output = CommandOptions.Output();
            noun.Options.Add(output);
            noun.Subcommands.Add(Listen(terminal, output));
        }

        return noun;
    }

    /// <summary>The text of a heartbeat key: the first line of the file, or else the variable's value; never an argument.</summary>
    public static Outcome<string> ReadKey(string? file) =>
        file is not null ? HealthSlice.ReadKey(file)
        : Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } text ? text
        : new Failure("read the heartbeat key", $"there is no heartbeat key: --heartbeat-key-file FILE or ${KeyVariable} is needed");

    private static Command Listen(Terminal terminal, Option<OutputFormat> output)
    {
        var bind = CommandOptions.One<IPAddress>("--bind", "ADDRESS", "Where to listen; :: for every address.", "an IP address is needed", CommandOptions.Address);
        bind.DefaultValueFactory = _ => IPAddress.Loopback;
        var port = CommandOptions.Number("--port", "PORT", "UDP port; 0 takes a free one.", DefaultPort, 0, ushort.MaxValue);
        var window = CommandOptions.Number("--window", "SECONDS", "How far the clock of an amphora may be from ours.", DefaultWindow, 1, 86400);
        var key = CommandOptions.Path("--heartbeat-key-file", "FILE", $"File whose first line is heartbeat_key; without it ${KeyVariable} is.");
        var derive = new Option<bool>("--derive-keys") { Description = "Every amphora has a key of its own: HMAC-SHA256 of its id under the key, hexadecimal." };
        var accept = new Option<bool>("--accept-master-key") { Description = "With --derive-keys: also take what is signed with the key itself." };
        var quiet = new Option<bool>("--quiet") { Description = "Only count: the summary at the end is all that is printed." };
        var command = new Command("listen", "Print every heartbeat that is verified, until SIGINT or SIGTERM.") { bind, port, window, key, derive, accept, quiet };
        command.SetAction((parsed, cancellationToken) =>
        {
            var read = ReadKey(parsed.GetValue(key));
            return !read.Ok ? Task.FromResult(Fail(terminal, read.Failure!)) : ListenAsync(
                terminal,
                parsed.GetValue(quiet) ? null : parsed.GetValue(output) == OutputFormat.Json ? new HeartbeatLines(terminal.Out) : new HeartbeatTable(terminal),
                new HeartbeatListenOptions
                {
                    EndPoint = new IPEndPoint(parsed.GetValue(bind)!, parsed.GetValue(port)),
                    Keys = new HeartbeatKeys(new HeartbeatKey(read.Value), parsed.GetValue(derive), !parsed.GetValue(derive) || parsed.GetValue(accept)),
                    Window = TimeSpan.FromSeconds(parsed.GetValue(window)),
                },
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> ListenAsync(Terminal terminal, IHeartbeatPrinter? printer, HeartbeatListenOptions options, CancellationToken cancellationToken)
    {
        var receiver = HealthSlice.Receiver(options);
        HeartbeatHandler print = printer is null ? static (_, _, _) => { } : printer.Print;
        try
        {
            await receiver.RunAsync(endPoint => terminal.Error.WriteLine($"listening on {endPoint}"), print, cancellationToken);
        }
        catch (SocketException exception)
        {
            return Fail(terminal, new Failure("listen", $"cannot listen on {options.EndPoint}: {exception.Message}"));
        }
        finally
        {
            printer?.End();
        }

        Summarise(terminal, receiver.Counts);

        // Its end is to be told to end.
        return (int)ExitCode.Done;
    }

    private static void Summarise(Terminal terminal, HeartbeatCounts counts)
    {
        terminal.Error.WriteLine($"{counts.Taken} heartbeats taken, {counts.Refused} datagrams refused");
        foreach (var refusal in Enum.GetValues<HeartbeatRefusal>())
        {
            if (refusal != HeartbeatRefusal.None && counts[refusal] > 0)
            {
                terminal.Error.WriteLine($"  {counts[refusal]} {Words(refusal)}");
            }
        }
    }

    private static string Words(HeartbeatRefusal refusal) => refusal switch
    {
        HeartbeatRefusal.TooShort => "too short for a heartbeat",
        HeartbeatRefusal.Compression => "not a zlib stream",
        HeartbeatRefusal.IdNotFirst => "without their id in front, which per-amphora keys need",
        HeartbeatRefusal.Mac => "signed with another key",
        HeartbeatRefusal.Expansion => "too large when expanded",
        HeartbeatRefusal.Json => "not JSON",
        HeartbeatRefusal.Shape => "JSON, but not a heartbeat",
        HeartbeatRefusal.Bounds => "with names or numbers out of bounds",
        HeartbeatRefusal.Version => "not of message version 3",
        HeartbeatRefusal.Replay => "sent again, or older than one that was taken",
        HeartbeatRefusal.Clock => "from a clock too far from ours",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "not a refusal"),
    };

    private static int Fail(Terminal terminal, Failure failure)
    {
        terminal.Error.WriteLine($"error: {failure.Message}");
        return (int)ExitCode.Usage;
    }
}
