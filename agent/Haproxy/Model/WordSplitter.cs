// A line of haproxy.cfg into words, as HAProxy 2.6 splits it (configuration manual 2.2, tools.c parse_line, cfgparse.c readcfgfile).
using System.Buffers;

namespace Amphora.Agent.Haproxy.Model;

/// <summary>Where a word stands in the text.</summary>
/// <param name="Start">Offset of its first character, which may be a quote.</param>
/// <param name="Length">Characters, with quotes and backslashes.</param>
/// <param name="IsPlain">True when it has neither quote nor backslash: its value is what stands there.</param>
internal readonly record struct WordPlace(int Start, int Length, bool IsPlain);

/// <summary>Splits one line. Whatever is in it, there is an answer.</summary>
/// <param name="line">The line without its line feed.</param>
/// <param name="start">Offset of the line in the text.</param>
/// <param name="words">Takes the words.</param>
internal ref struct WordSplitter(ReadOnlySpan<char> line, int start, List<WordPlace> words)
{
    // C's isspace without the line feed.
    private static readonly SearchValues<char> Blank = SearchValues.Create(" \t\v\f\r");
    private static readonly SearchValues<char> Special = SearchValues.Create(" \t\v\f\r\0#'\"\\");
    private static readonly SearchValues<char> InDoubleQuotes = SearchValues.Create("\"\\$\r\0");

    private readonly ReadOnlySpan<char> _line = line;
    private int _at;
    private bool _isPlain;
    private LineMarks _marks;

    /// <summary>Adds the words to the list.</summary>
    public LineMarks Split()
    {
        do
        {
            SkipBlanks();
        }
        while (_at < _line.Length && ReadWord());
        return _marks;
    }

    // Carriage returns too, if they do not stand right behind a word.
    private void SkipBlanks()
    {
        var next = _line[_at..].IndexOfAnyExcept(Blank);
        _at = next < 0 ? _line.Length : _at + next;
    }

    // False when nothing of the line is left to read.
    private bool ReadWord()
    {
        var begin = _at;
        _isPlain = true;
        bool isWord, goesOn = true;
        do
        {
            var special = _line[_at..].IndexOfAny(Special);
            _at = special < 0 ? _line.Length : _at + special;
            isWord = _at < _line.Length && !IsBlank(_line[_at]);
            goesOn = !isWord || ReadSpecial();
        }
        while (isWord && goesOn);

        if (_at > begin)
        {
            words.Add(new WordPlace(start + begin, _at - begin, _isPlain));
        }

        return goesOn;
    }

    private static bool IsBlank(char character) => character is ' ' or '\t' or '\v' or '\f';

    // What stands at _at and is neither blank nor harmless. False when it ends the line.
    private bool ReadSpecial()
    {
        switch (_line[_at])
        {
            case '\'':
                return ReadSingleQuotes();
            case '"':
                return ReadDoubleQuotes();
            case '\\':
                ReadEscape(isInDoubleQuotes: false);
                return true;
            case '#':
                _marks |= LineMarks.Comment;
                return false;
            default:
                EndEarly();
                return false;
        }
    }

    private bool ReadSingleQuotes()
    {
        _isPlain = false;
        var end = _line[(_at + 1)..].IndexOfAny('\'', '\r', '\0');
        _at = end < 0 ? _line.Length : _at + 1 + end;
        if (_at < _line.Length && _line[_at] == '\'')
        {
            _at++;
            return true;
        }

        LeaveQuoteOpen();
        return false;
    }

    private bool ReadDoubleQuotes()
    {
        _isPlain = false;
        _at++;
        while (_line[_at..].IndexOfAny(InDoubleQuotes) is var next and >= 0)
        {
            _at += next;
            switch (_line[_at])
            {
                case '"':
                    _at++;
                    return true;
                case '\\':
                    ReadEscape(isInDoubleQuotes: true);
                    break;
                case '$':
                    ReadVariable();
                    break;
                default:
                    LeaveQuoteOpen();
                    return false;
            }
        }

        _at = _line.Length;
        LeaveQuoteOpen();
        return false;
    }

    private void ReadEscape(bool isInDoubleQuotes)
    {
        _isPlain = false;
        var length = Escapes.Length(_line[_at..], isInDoubleQuotes);
        _marks |= length == 0 ? LineMarks.BadHex
            : length == Escapes.HexLength && Escapes.Hex(_line[_at..]) == 0 ? LineMarks.Nul
            : LineMarks.None;
        _at += Math.Max(length, 1);
    }

    private void ReadVariable()
    {
        var length = Escapes.VariableLength(_line[_at..]);
        _marks |= length == 0 ? LineMarks.BadVariable : LineMarks.Expansion;
        _at += Math.Max(length, 1);
    }

    private void LeaveQuoteOpen()
    {
        _marks |= LineMarks.OpenQuote;
        if (_at < _line.Length)
        {
            EndEarly();
        }
    }

    // At a carriage return or a NUL character: HAProxy takes both for the end of the line.
    private void EndEarly()
    {
        if (_line[_at] == '\0')
        {
            _marks |= LineMarks.Nul;
        }
        else if (_line[_at..].ContainsAnyExcept(Blank))
        {
            _marks |= LineMarks.HiddenText;
        }
    }
}
