using FFF.Numerics;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Numerics;

public sealed class LogDeterminantTests
{
    /// <summary>Orthogonal matrices times a diagonal one: log|det| is the sum of the logarithms. With two threads large ones once never ended.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(157)]
    public async Task ItIsTheSumOfTheLogarithms(int size)
    {
        var before = get_num_threads();
        set_num_threads(2);
        try
        {
            var diagonal = linspace(0.5, 3, size, dtype: float64);
            var matrices = linalg.qr(new RandomStream(1).Normal([32, size, size], float64)).Q * diagonal;
            var actual = await Task.Run(() => LogDeterminant.Of(matrices), TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            Check.Close(actual.LogAbs, diagonal.log().sum().expand(32), 1e-10 * size);

            // Swapping two columns reverses the sign.
            var order = arange(size);
            order[0] = 1;
            order[1] = 0;
            Check.Close(LogDeterminant.Of(matrices.index_select(2, order)).Sign, -actual.Sign, 0);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    /// <summary>A sign that rounding in float32 can turn is none.</summary>
    [Fact]
    public void NearSingularMatricesHaveNoSign()
    {
        var matrices = eye(3, dtype: float64).expand(5, 3, 3).clone();
        matrices[1, 2, 2] = -1e-4;
        matrices[2, 2, 2] = 1e-6;
        matrices[3, 2, 2] = 0;
        matrices[4, 1, 2] = double.NaN;
        Assert.Equal([1, -1, 0, 0, 0], LogDeterminant.Of(matrices).Sign.data<double>().ToArray());
    }
}
