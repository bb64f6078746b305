// A file for programs that start a script by its path alone.
using System.Buffers;

namespace Amphora.Linux.Processes;

/// <summary>Writes scripts that do nothing but start another program with arguments.</summary>
public static class ShellScript
{
    private static readonly SearchValues<char> s_plain = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The text of a script that becomes the command, whatever is in its words.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="passArguments">True: the script's own arguments follow.</param>
    public static string Exec(IEnumerable<string> command, bool passArguments = false) =>
        $"#!/bin/sh\nexec {Command(command)}{(passArguments ? " \"$@\"" : "")}\n";

    /// <summary>The command for a program that hands words to a shell, whatever is in them.</summary>
    public static string Command(IEnumerable<string> command) => string.Join(' ', command.Select(Quoted));

    // POSIX shell: nothing is special between single quotes but the quote itself. Plain words are left readable.
    private static string Quoted(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(s_plain) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
