using System.Runtime.CompilerServices;
using FFF.Numerics;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Numerics;

public sealed class RowChunksTests
{
    /// <summary>What an operation leaves to the garbage collector must not pile up over the chunks: native memory hangs on it.</summary>
    [Fact]
    public void WhatAFullChunkLeftBehindIsFreed()
    {
        using var scope = NewDisposeScope();
        var left = new List<WeakReference>();
        var parts = RowChunks.Run(arange(10, dtype: float32).unsqueeze(1), null, 5, (rows, _) =>
        {
            Assert.DoesNotContain(left, garbage => garbage.IsAlive);
            left.Add(Garbage());
            return [rows + 1];
        });
        Assert.Equal(2, left.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], parts[0].data<float>().ToArray());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Garbage() => new(new object());
}
