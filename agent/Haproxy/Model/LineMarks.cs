// What splitting a line into words met on the way.
namespace Amphora.Agent.Haproxy.Model;

/// <summary>Things a reader of a line has to know besides its words. With one of <see cref="Faults"/> HAProxy refuses the line, and the
/// words are only what can be made of it.</summary>
[Flags]
internal enum LineMarks
{
    /// <summary>Plain words.</summary>
    None = 0,

    /// <summary>A <c>#</c> outside quotes, behind which nothing counts.</summary>
    Comment = 1,

    /// <summary>A <c>$VARIABLE</c> in double quotes: HAProxy puts in what its environment says, we do not.</summary>
    Expansion = 1 << 1,

    /// <summary>A quote that does not close before the end of the line.</summary>
    OpenQuote = 1 << 2,

    /// <summary><c>\x</c> without two hexadecimal digits.</summary>
    BadHex = 1 << 3,

    /// <summary>A <c>$</c> in double quotes with a name or braces that cannot be.</summary>
    BadVariable = 1 << 4,

    /// <summary>A NUL character, as it is or as <c>\x00</c>: HAProxy's word ends there.</summary>
    Nul = 1 << 5,

    /// <summary>A carriage return ends the line although text follows it, which HAProxy does not see.</summary>
    HiddenText = 1 << 6,

    /// <summary>All that makes a line not mean what it seems to.</summary>
    Faults = OpenQuote | BadHex | BadVariable | Nul | HiddenText,
}
