using FFF.Autodiff;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Autodiff;

/// <summary>Each operation's tangents against finite differences, with tangents on one side or on both, in float64.</summary>
public sealed class DualTests
{
    private const double Step = 1e-6;

    private static readonly Dictionary<string, Func<Dual, Dual, Dual>> Operations = new()
    {
        ["sum"] = (a, b) => a + b,
        ["difference"] = (a, b) => a - b,
        ["product"] = (a, b) => a * b,
        ["product with a column"] = (a, b) => a * b.First(1),
        ["append"] = (a, b) => a.Append(b),
        ["squared norm"] = (a, b) => (a + b).SquaredNorm(),
        ["map"] = (a, b) => (a - b).Map(t => t.flip(-1).sum(-2)),
        ["apply"] = (a, b) => (a * b).Apply(sin, x => (sin(x), cos(x))),
    };

    public static TheoryData<string> Names() => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TangentsAgreeWithFiniteDifferences(string name)
    {
        var (operation, random) = (Operations[name], new RandomStream(1));
        var (a, b) = (random.Normal([3, 4], float64), random.Normal([3, 4], float64));
        var (s, t) = (random.Normal([2, 3, 4], float64), random.Normal([2, 3, 4], float64));
        foreach (var (left, right) in ((double, double)[])[(1, 1), (1, 0), (0, 1)])
        {
            var y = operation(new Dual(a, left == 0 ? null : s), new Dual(b, right == 0 ? null : t));
            Check.Close(y.Value, operation(new Dual(a), new Dual(b)).Value, 0);
            for (var k = 0; k < 2; k++)
            {
                Tensor Moved(double step) => operation(new Dual(a + step * left * s[k]), new Dual(b + step * right * t[k])).Value;
                Check.Close(y.Tangent![k], (Moved(Step) - Moved(-Step)) / (2 * Step), 1e-8);
            }
        }

        Assert.Null(operation(new Dual(a), new Dual(b)).Tangent);
    }
}
