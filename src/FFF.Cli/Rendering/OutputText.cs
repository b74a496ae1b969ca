using System.Text;

namespace FFF.Cli.Rendering;

/// <summary>In which encoding the program writes, so that β and ± arrive as such or as something that can be read.</summary>
/// <remarks>
/// Windows hands a console's output through a code page that knows few characters, unless it is UTF-16: that reaches the
/// window as it is, and unlike a change of the code page it is nothing that has to be taken back at the end, which other
/// programs in the same window would notice. Files and pipes get UTF-8 there. Elsewhere the system's settings say what
/// is wanted; what an encoding does not have is replaced (see <see cref="AsciiFallback"/>).
/// </remarks>
internal static class OutputText
{
    /// <summary>To be called before anything is written.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsWindows())
        {
            PrepareWindows();
        }
        else if (!IsUnicode(Console.OutputEncoding))
        {
            var encoding = (Encoding)Console.OutputEncoding.Clone();
            encoding.EncoderFallback = new AsciiFallback();
            Console.SetOut(Writer(Console.OpenStandardOutput(), encoding));
            Console.SetError(Writer(Console.OpenStandardError(), encoding));
        }
    }

    /// <summary>The text as it will be read: what is laid out in columns has to be as long as it will be.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="encoding">What it will be written in.</param>
    public static string Fit(string text, Encoding encoding) => IsUnicode(encoding) || Ascii.IsValid(text) ? text : encoding.GetString(encoding.GetBytes(text));

    /// <summary>Whether it has all characters: UTF-8, UTF-16 or UTF-32.</summary>
    public static bool IsUnicode(Encoding encoding) => encoding.CodePage is 65001 or 1200 or 1201 or 12000 or 12001;

    private static void PrepareWindows()
    {
        try
        {
            Console.OutputEncoding = Encoding.Unicode;
        }
        catch (IOException)
        {
            // Without a console both streams are files or pipes.
        }

        if (Console.IsOutputRedirected)
        {
            Console.SetOut(Writer(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));
        }

        if (Console.IsErrorRedirected)
        {
            Console.SetError(Writer(Console.OpenStandardError(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));
        }
    }

    private static StreamWriter Writer(Stream stream, Encoding encoding) => new(stream, encoding, 256) { AutoFlush = true };
}
