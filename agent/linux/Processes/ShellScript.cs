// A file for programs that start a script by its path alone.
namespace Amphora.Linux.Processes;

/// <summary>Writes scripts that do nothing but start another program with arguments.</summary>
public static class ShellScript
{
    /// <summary>The text of a script that becomes the command, whatever is in its words.</summary>
    public static string Exec(params IEnumerable<string> command) => $"#!/bin/sh\nexec {string.Join(' ', command.Select(Quoted))}\n";

    // POSIX shell: nothing is special between single quotes but the quote itself. Plain words are left readable.
    private static string Quoted(string word) => word.Length > 0 && word.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
