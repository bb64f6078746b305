// The agent's half of an upgrade: receive, verify, test, and hand over to the guard.
using Amphora.Agent.Actions;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Upgrade;

/// <summary>One upgrade at a time. Whatever is refused leaves nothing behind.</summary>
internal sealed class Upgrader(UpgradeOptions options, RunningProgram running, BinarySlots slots, UpgradeStore store, IServiceManager services)
{
    private const string Step = "upgrade the agent";

    private readonly SelfTest _selfTest = new(options);
    private int _isBusy;

    /// <summary>Takes a binary in and has it tried.</summary>
    /// <param name="wanted">What the request says of it.</param>
    /// <param name="body">The binary.</param>
    /// <param name="cancellationToken">Ends the upload and the self-test, not what follows.</param>
    /// <returns>State "trying"; or as before, when it is the binary that runs.</returns>
    /// <exception cref="BadHttpRequestException">The body is too large, or broke off.</exception>
    public async Task<Outcome<AgentProgram>> UpgradeAsync(UpgradeRequest wanted, Stream body, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            return Conflict("another binary is being taken in");
        }

        try
        {
            var keys = Refusal() is { } refusal ? refusal : UpgradeKeys.Read(options.Keys);
            if (!keys.Ok)
            {
                return keys.Failure!;
            }

            using var trusted = keys.Value;
            using var incoming = await slots.ReceiveAsync(body, cancellationToken);
            if (!trusted.Verify(incoming.Hash, wanted.Signature))
            {
                return Untrusted(incoming);
            }

            if (incoming.Sha256 == await running.Sha256Async(cancellationToken))
            {
                return await running.ReadAsync(cancellationToken);
            }

            var version = await _selfTest.RunAsync(incoming.Program, cancellationToken);
            return version.Failure is { } no ? no : await BeginAsync(incoming, wanted, version.Value);
        }
        catch (Exception exception) when (exception is not BadHttpRequestException && OperatingSystemFailure.Is(exception))
        {
            return OperatingSystemFailure.From(Step, exception);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private Failure? Refusal() =>
        services.Name != "systemd" ? Conflict($"services are run as {services.Name} here, and only systemd can change agents")
        : slots.Current is null ? Conflict($"{options.Directory}/amphora-agent does not lead to an agent, so this host was not made to be upgraded")
        : store.Read() is { State: UpgradeState.Trying } trying ? Conflict($"version {trying.Version} (sha256 {trying.Sha256}) is being tried")
        : null;

    private async Task<Outcome<AgentProgram>> BeginAsync(IncomingBinary incoming, UpgradeRequest wanted, string version)
    {
        var before = store.Read();
        Confirmation.Open(options.Confirmation);
        slots.Keep(incoming);
        store.Begin(new AgentUpgrade
        {
            State = UpgradeState.Trying,
            Sha256 = incoming.Sha256,
            Version = version,
            Previous = slots.Current!,
            Started = DateTimeOffset.UtcNow,
            ConfirmWithin = wanted.ConfirmWithin,
        });
        if (await services.StartAsync(options.GuardUnit, CancellationToken.None) is { } failure)
        {
            store.Undo(before);
            slots.Prune(before?.Previous ?? BinarySlots.Factory);
            return failure;
        }

        return await running.ReadAsync(CancellationToken.None);
    }

    private static Failure Untrusted(IncomingBinary incoming) =>
        new("verify the signature", $"cannot take the new binary: no key of this image signed it (sha256 of what arrived: {incoming.Sha256})") { Kind = FailureKind.Untrusted };

    private static Failure Conflict(string reason) => new(Step, $"cannot {Step}: {reason}") { Kind = FailureKind.Conflict };
}
