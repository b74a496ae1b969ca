using SkiaSharp;
using Xunit;

namespace FFF.Tests.Plots;

/// <summary>A picture read back from its file.</summary>
internal sealed class Png : IDisposable
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private readonly SKBitmap _bitmap;

    public Png(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(Signature, bytes[..8]);
        _bitmap = SKBitmap.Decode(bytes);
    }

    public int Width => _bitmap.Width;

    public int Height => _bitmap.Height;

    /// <summary>How many pixels of a rectangle are nearly of this colour, which is that of the flow or of the reference.</summary>
    public int Blue(int left, int top, int right, int bottom) => Count(left, top, right, bottom, c => c.Blue > c.Red + 60);

    public int Vermilion(int left, int top, int right, int bottom) => Count(left, top, right, bottom, c => c.Red > c.Blue + 60);

    /// <summary>How many are so dark that they belong to text or axes.</summary>
    public int Dark(int left, int top, int right, int bottom) =>
        Count(left, top, right, bottom, c => c.Red < 160 && c.Green < 160 && c.Blue < 160 && Math.Abs(c.Red - c.Blue) < 20);

    public void Dispose() => _bitmap.Dispose();

    private int Count(int left, int top, int right, int bottom, Func<SKColor, bool> counts)
    {
        var count = 0;
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                count += counts(_bitmap.GetPixel(x, y)) ? 1 : 0;
            }
        }

        return count;
    }
}
