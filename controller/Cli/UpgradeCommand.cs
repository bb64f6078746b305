// amphora-controller agent upgrade: another binary for one agent or several, one after the other.
using System.CommandLine;
using System.Globalization;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli;

/// <summary>The command <c>agent upgrade</c>.</summary>
internal static class UpgradeCommand
{
    // DER of two numbers of 256 bits.
    private const int LongestSignature = 72;

    // What an upload, the end of the agent before and, when it fails, its return may take beyond --timeout and --confirm-within.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>The command.</summary>
    public static Command Create(AgentCommands commands)
    {
        var binary = CommandOptions.Path("--binary", "FILE", "The new amphora-agent.");
        var signature = CommandOptions.Path("--signature", "FILE", "Its signature: ECDSA P-256 over SHA-256, DER (openssl dgst -sha256 -sign).");
        (binary.Required, signature.Required) = (true, true);
        var confirmWithin = CommandOptions.One<int>(
            "--confirm-within", "SECONDS", "How long the new agent has to answer a request; then the one before comes back.",
            $"a whole number from {AgentUpgrade.LeastConfirmWithin} to {AgentUpgrade.MostConfirmWithin} is needed",
            (string word, out int seconds) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
                && seconds is >= AgentUpgrade.LeastConfirmWithin and <= AgentUpgrade.MostConfirmWithin);
        confirmWithin.DefaultValueFactory = static _ => AgentUpgrade.DefaultConfirmWithin;
        var command = new Command("upgrade", "Replace agents by another version, one after the other; the first failure ends it.") { binary, signature, confirmWithin };
        command.SetAction((parsed, token) => commands.WithAgentsAsync(parsed, async group =>
        {
            var patience = TimeSpan.FromSeconds(parsed.GetValue(confirmWithin));
            var (wanted, wrong) = Read(parsed.GetRequiredValue(binary), parsed.GetRequiredValue(signature), patience);
            return wanted is null
                ? commands.Wrong(wrong!)
                : await commands.AskInTurnAsync(
                    parsed,
                    group with { Timeouts = group.Timeouts with { Overall = group.Timeouts.Overall + patience + Margin } },
                    AgentViews.Program,
                    (agent, inner) => agent.UpgradeAsync(wanted, inner),
                    token);
        }));
        return command;
    }

    private static (AgentBinary? Binary, string? Wrong) Read(string binary, string signature, TimeSpan confirmWithin)
    {
        try
        {
            return new FileInfo(binary).Length is 0 or > AgentProgram.MaxBytes ? (null, $"--binary '{binary}': has to be 1 to {AgentProgram.MaxBytes} bytes long")
                : new FileInfo(signature).Length is 0 or > LongestSignature
                    ? (null, $"--signature '{signature}': has to be the signature itself, 1 to {LongestSignature} bytes of DER")
                : (new AgentBinary(File.ReadAllBytes(binary), File.ReadAllBytes(signature), confirmWithin), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"--binary '{binary}' with --signature '{signature}': {exception.Message}");
        }
    }
}
