// amphora-controller agent journal: what an agent was asked, decided and did, off the amphora.
using System.CommandLine;
using System.Text;

namespace Amphora.Controller.Cli.Journals;

/// <summary>Fetches; <c>amphora-agent replay</c> reads.</summary>
internal static class JournalCommand
{
    /// <summary>The command.</summary>
    public static Command Create(AgentCommands commands)
    {
        // --output says how results are printed, for every command of the noun.
        var file = CommandOptions.Path("--out", "FILE", "Where to write it; without: standard output.");
        var command = new Command("journal", "An agent's journal, for 'amphora-agent replay'.") { file };
        command.SetAction((parsed, token) => commands.AskOneAsync(
            parsed,
            "a journal is one agent's",
            static (agent, inner) => agent.GetJournalAsync(inner),
            journal => parsed.GetValue(file) is { } path ? Write(commands, path, journal) : commands.PrintText(Encoding.UTF8.GetString(journal)),
            token));
        return command;
    }

    private static int Write(AgentCommands commands, string path, byte[] journal)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(journal);
            return (int)ExitCode.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return commands.Wrong($"--out '{path}': {exception.Message}");
        }
    }
}
