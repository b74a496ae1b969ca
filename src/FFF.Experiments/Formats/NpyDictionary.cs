using System.Globalization;

namespace FFF.Formats;

/// <summary>
/// Reads the Python dictionary in a .npy header: exactly the keys <c>descr</c> (a string), <c>fortran_order</c> (True or
/// False) and <c>shape</c> (a tuple of sizes), in any order.
/// </summary>
internal sealed class NpyDictionary
{
    private readonly string _text;
    private int _at;
    private string? _type;
    private bool? _fortran;
    private List<long>? _shape;

    private NpyDictionary(string text) => _text = text;

    /// <summary>Parses the text of a header.</summary>
    /// <exception cref="InvalidDataException">It is not such a dictionary; the message tells why.</exception>
    public static NpyHeader Parse(string text)
    {
        var dictionary = new NpyDictionary(text);
        dictionary.Parse();
        return new NpyHeader(dictionary._type!, dictionary._fortran!.Value, dictionary._shape!);
    }

    private void Parse()
    {
        Expect('{');
        while (!Accept('}'))
        {
            var key = QuotedText();
            Expect(':');
            switch (key)
            {
                case "descr" when _type is null:
                    _type = Next() == '['
                        ? throw new InvalidDataException("holds records with named fields. Save them with their names as CSV, "
                            + "by pandas.DataFrame(array).to_csv('table.csv', index=False), "
                            + "or without by numpy.lib.recfunctions.structured_to_unstructured(array).")
                        : QuotedText();
                    break;
                case "fortran_order" when _fortran is null:
                    _fortran = Word("True") || (Word("False") ? false : throw Unexpected("True or False"));
                    break;
                case "shape" when _shape is null:
                    _shape = Sizes();
                    break;
                default:
                    throw new InvalidDataException($"has the key '{key}' in its header, which is unknown or there twice.");
            }

            if (!Accept(','))
            {
                Expect('}');
                break;
            }
        }

        if (Next() != '\0')
        {
            throw Unexpected("the end of the header");
        }

        if ((_type is null ? "descr" : _fortran is null ? "fortran_order" : _shape is null ? "shape" : null) is { } missing)
        {
            throw new InvalidDataException($"lacks the key '{missing}' in its header.");
        }
    }

    private List<long> Sizes()
    {
        var sizes = new List<long>();
        Expect('(');
        while (!Accept(')'))
        {
            sizes.Add(Size());
            if (sizes.Count == 1)
            {
                Expect(','); // In Python, (2) is no tuple.
            }
            else if (!Accept(','))
            {
                Expect(')');
                break;
            }
        }

        return sizes;
    }

    private long Size()
    {
        Next();
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        if (!long.TryParse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            throw Unexpected("the size of a dimension");
        }

        // Python 2 wrote long integers so: (200L, 2L).
        _at += _at < _text.Length && _text[_at] == 'L' ? 1 : 0;
        return size;
    }

    private string QuotedText()
    {
        var quote = Next();
        var end = quote is '\'' or '"' ? _text.IndexOf(quote, _at + 1) : -1;
        if (end < 0)
        {
            throw Unexpected("a text in quotes");
        }

        var content = _text[(_at + 1)..end];
        _at = end + 1;
        return content;
    }

    private bool Word(string word)
    {
        Next();
        var found = string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0;
        _at += found ? word.Length : 0;
        return found;
    }

    private bool Accept(char symbol)
    {
        var found = Next() == symbol;
        _at += found ? 1 : 0;
        return found;
    }

    private void Expect(char symbol)
    {
        if (!Accept(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    /// <summary>Skips white space; the next character, or NUL at the end.</summary>
    private char Next()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\t' or '\r')
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private InvalidDataException Unexpected(string expected) =>
        new($"has a damaged header: {expected} was expected at character {_at} of \"{_text.Trim()}\".");
}
