using FFF.Numerics;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Numerics;

public sealed class MemoryBudgetTests
{
    private static readonly Tensor Like = zeros(64, 2);

    /// <summary>A processor has a gigabyte, or an eighth of its memory.</summary>
    [Fact]
    public void AProcessorHasAGigabyteAtMost() =>
        Assert.Equal(Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8), MemoryBudget.Bytes(CPU));

    [Fact]
    public void RowsFillTheBudget()
    {
        var bytes = MemoryBudget.Bytes(CPU);
        Assert.Equal(bytes / 4000, MemoryBudget.Rows(1000, Like));
        Assert.Equal(bytes / 8000, MemoryBudget.Rows(1000, Like.to(float64)));
        Assert.Equal(bytes / 4, MemoryBudget.Rows(0, Like));
        Assert.Equal(1, MemoryBudget.Rows(bytes, Like));
    }

    /// <summary>
    /// Where so many planes fit: rows with all of their tangents; at least four rows, then with fewer tangents; fewer rows where not even one tangent of each
    /// would fit; and no more than 2¹⁷ numbers of Jacobians.
    /// </summary>
    [Theory]
    [InlineData(1024, 3, 256, 3)]
    [InlineData(1024, 100, 10, 100)]
    [InlineData(1024, 1000, 4, 255)]
    [InlineData(16384, 64, 32, 64)]
    [InlineData(16384, 200, 4, 200)]
    [InlineData(6, 3, 3, 1)]
    [InlineData(4, 3, 2, 1)]
    [InlineData(1, 3, 1, 1)]
    public void JacobiansTakeRowsFirstAndTangentsOfWhatIsLeft(int planes, int columns, int rows, int tangents) =>
        Assert.Equal((rows, tangents), MemoryBudget.Jacobians(Numbers(planes), columns, Like));

    [Fact]
    public void JacobiansOfOneColumnAreBoundedToo() => Assert.Equal((1 << 17, 1), MemoryBudget.Jacobians(1, 1, Like));

    /// <summary>The values of 64 rows are one plane of each, what is left are tangents.</summary>
    [Theory]
    [InlineData(1024, 100, 15)]
    [InlineData(1024, 7, 7)]
    [InlineData(64, 7, 1)]
    public void TangentsOfAllRowsShareTheBudget(int planes, int columns, int tangents) =>
        Assert.Equal(tangents, MemoryBudget.Tangents(Numbers(planes), columns, Like));

    private static long Numbers(int planes) => MemoryBudget.Bytes(CPU) / (4L * planes);
}
