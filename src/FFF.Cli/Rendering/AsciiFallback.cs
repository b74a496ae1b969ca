using System.Text;

namespace FFF.Cli.Rendering;

/// <summary>Writes characters that an encoding does not have in such that all have: ± as +/-, and the lines of tables as hyphens.</summary>
internal sealed class AsciiFallback : EncoderFallback
{
    private const string Unknown = "?";

    private static readonly Dictionary<char, string> Replacements = new[]
    {
        ("β", "beta"), ("χ", "chi"), ("±", "+/-"), ("½", "1/2"), ("²", "^2"), ("₁", "1"), ("°", " deg"), ("Å", "A"), ("×", "x"), ("‖│┃", "|"),
        ("−–—·─━", "-"), ("•", "*"), ("…", "~"), ("‘’", "'"), ("“”", "\""), ("┼╋", "+"),
    }.SelectMany(pair => pair.Item1.Select(character => KeyValuePair.Create(character, pair.Item2))).ToDictionary();

    /// <inheritdoc/>
    public override int MaxCharCount => Replacements.Values.Max(text => text.Length);

    /// <inheritdoc/>
    public override EncoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

    private sealed class Buffer : EncoderFallbackBuffer
    {
        private string _text = "";
        private int _next;

        public override int Remaining => _text.Length - _next;

        public override bool Fallback(char charUnknown, int index) => Use(Replacements.GetValueOrDefault(charUnknown, Unknown));

        public override bool Fallback(char charUnknownHigh, char charUnknownLow, int index) => Use(Unknown);

        public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
            {
                return false;
            }

            _next--;
            return true;
        }

        public override void Reset() => Use("");

        private bool Use(string text)
        {
            (_text, _next) = (text, 0);
            return true;
        }
    }
}
