// amphora-controller completion bash|zsh|fish: what shells have to know to complete its command lines.
using System.CommandLine;

namespace Amphora.Controller.Cli;

/// <summary>The command <c>completion</c>. The scripts ask the program itself what could stand at the cursor, by System.CommandLine's
/// <c>[suggest:POSITION]</c>.</summary>
internal static class Completion
{
    /// <summary>The noun.</summary>
    public const string Noun = "completion";

    private const string Directive = "[suggest";

    private static readonly Dictionary<string, string> s_scripts = new()
    {
        ["bash"] = """
            # amphora-controller completion bash > /etc/bash_completion.d/amphora-controller
            _amphora_controller() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(amphora-controller "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -F _amphora_controller amphora-controller
            """,
        ["zsh"] = """
            #compdef amphora-controller
            # amphora-controller completion zsh > "${fpath[1]}/_amphora-controller"
            _amphora_controller() {
                local -a found
                found=("${(@f)$(amphora-controller "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -a found
            }
            compdef _amphora_controller amphora-controller
            """,
        ["fish"] = """
            # amphora-controller completion fish > ~/.config/fish/completions/amphora-controller.fish
            complete -f -c amphora-controller -a '(amphora-controller "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'
            """,
    };

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var shell = CommandOptions.Word<string>("SHELL", "bash, zsh or fish.", "bash, zsh or fish is needed", (string word, out string value) => s_scripts.ContainsKey(value = word));
        shell.CompletionSources.Add([.. s_scripts.Keys]);
        var command = new Command(Noun, "Print a script that lets a shell complete command lines.") { shell };
        command.SetAction(parsed => terminal.Out.WriteLine(s_scripts[parsed.GetValue(shell)!]));
        return command;
    }

    /// <summary>True when a shell asks what could stand at the cursor.</summary>
    public static bool IsAsked(string[] args) => args.Length > 0 && args[0].StartsWith(Directive, StringComparison.Ordinal);

    /// <summary>The noun of the line that is to be completed; nouns are built only when they are asked for.</summary>
    public static string? NounOf(string[] args) => args.Length > 1 ? args[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1) : null;
}
