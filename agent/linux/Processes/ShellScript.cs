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
        $"#!/bin/sh\nexec {string.Join(' ', command.Select(Quoted))}{(passArguments ? " \"$@\"" : "")}\n";

    // POSIX shell: nothing is special between single quotes but the quote itself. Plain words are left readable.
    private static string Quoted(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(s_plain) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
