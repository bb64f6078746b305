// A file for programs that start a script by its path alone.
using System.Buffers;

namespace Amphora.Linux.Processes;

/// <summary>Writes scripts that do nothing but start another program with arguments.</summary>
public static class ShellScript
{
    private static readonly SearchValues<char> s_plain = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The text of a script that becomes the command, whatever is in its words.</summary>
    public static string Exec(params IEnumerable<string> command) => $"#!/bin/sh\nexec {string.Join(' ', command.Select(Quoted))}\n";

    // POSIX shell: nothing is special between single quotes but the quote itself. Plain words are left readable.
    private static string Quoted(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(s_plain) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
