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
            Check.Close(actual, diagonal.log().sum().expand(32), 1e-10 * size);
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
