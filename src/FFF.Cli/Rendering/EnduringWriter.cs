using System.Text;

namespace FFF.Cli.Rendering;

/// <summary>Writes what it can and never fails: what its stream does not take is lost, and the first reason kept.</summary>
internal sealed class EnduringWriter(TextWriter inner) : TextWriter
{
    /// <summary>Why something was lost; null where nothing was.</summary>
    public string? Problem { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Attempt(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Attempt(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Attempt(() => inner.Write(value));

    public override void WriteLine(string? value) => Attempt(() => inner.WriteLine(value));

    public override void Flush() => Attempt(inner.Flush);

    private void Attempt(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Problem ??= e.Message;
        }
    }
}
