// Text of printable ASCII without quotation mark and backslash: in JSON it stands for itself.
using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Amphora.Contract.Heartbeat;

/// <summary>Finds its end. The search of the framework takes longer to begin than most texts are.</summary>
internal static class PlainText
{
    private static readonly SearchValues<byte> s_plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>The first character from <paramref name="start"/> on that is not plain; the end of the text when all are.</summary>
    public static int EndOf(ReadOnlySpan<byte> text, int start)
    {
        var at = start;
        for (; text.Length - at >= Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var bytes = Vector128.Create(text.Slice(at, Vector128<byte>.Count));
            var odd = Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)' ')).AsByte()
                | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.Equals(bytes, Vector128.Create((byte)0x7f));
            var mask = odd.ExtractMostSignificantBits();
            if (mask != 0)
            {
                return at + BitOperations.TrailingZeroCount(mask);
            }
        }

        return text[at..].IndexOfAnyExcept(s_plain) is >= 0 and var rest ? at + rest : text.Length;
    }
}
