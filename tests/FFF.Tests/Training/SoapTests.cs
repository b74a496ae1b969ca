using FFF.Numerics;
using FFF.Randomness;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Training;

/// <summary>SOAP on flat buffers against its formulas, written out for one matrix of numbers after the other.</summary>
public sealed class SoapTests
{
    private static readonly OptimizerConfig Config = new()
    {
        Kind = OptimizerKind.Soap,
        LearningRate = 0.01,
        Beta1 = 0.8,
        Beta2 = 0.9,
        Epsilon = 1e-6,
        WeightDecay = 0.1,
        BasisEvery = 3,
    };

    /// <summary>Two matrices of one shape, one of another, one row, and four numbers that are no matrix.</summary>
    private static readonly (int Rows, int Columns)[] Shapes = [(3, 4), (3, 4), (2, 5), (1, 4)];

    private static readonly MatrixGroup[] Groups = [new(0, 2, 3, 4), new(24, 1, 2, 5), new(34, 1, 1, 4)];

    private const int Count = 42;

    [Fact]
    public void UpdatesFollowTheFormulas()
    {
        var random = new RandomStream(0);
        var values = random.Normal([Count], float64);
        var expected = Values(values);
        using var bases = zeros(Soap.Numbers(Groups), float64);
        using var soap = new Soap(Config, Groups, new AdamMoments(values), bases);
        var references = Shapes.Select(shape => new Reference(shape.Rows, shape.Columns)).Append(new Reference(0, 4)).ToArray();
        for (var step = 0; step < 11; step++)
        {
            var rates = new StepRates(0.01 + (0.001 * step), 0.8, step);
            var gradient = random.Normal([Count], float64);
            var (g, offset) = (Values(gradient), 0);
            foreach (var reference in references)
            {
                reference.Update(expected.AsSpan(offset, reference.Length), g.AsSpan(offset, reference.Length), rates, step + 1);
                offset += reference.Length;
            }

            soap.Update(values, gradient, rates);
        }

        Assert.Equal(11, soap.Updates);
        Check.Close(values, tensor(expected), 1e-8);
    }

    /// <summary>For one matrix with a constant gradient of full rank, the bases end as the singular vectors, in which the gradient is diagonal.</summary>
    [Fact]
    public void BasesBecomeTheSingularVectorsOfAConstantGradient()
    {
        var gradient = tensor(new double[] { 3, 1, 0, 1, 2, -1 }).view(2, 3);
        MatrixGroup[] group = [new(0, 1, 2, 3)];
        using var bases = zeros(Soap.Numbers(group), float64);
        using var basis = new EigenBasis(group[0], bases);
        for (var i = 0; i < 200; i++)
        {
            basis.Observe(gradient.flatten(), 0.9);
            basis.Follow(zeros(6, float64));
        }

        var rotated = gradient.flatten().clone();
        basis.Into(rotated);
        var singular = linalg.svdvals(gradient);
        Check.Close(rotated.view(2, 3).abs().narrow(1, 0, 2), diag(singular), 1e-9);
        basis.Back(rotated);
        Check.Close(rotated, gradient.flatten(), 1e-12);
    }

    [Fact]
    public void SidesOfOneNumberOrOfVeryManyHaveNoBasis()
    {
        Assert.Equal(0, EigenBasis.Numbers(new(0, 3, 1, 1)));
        Assert.Equal(2 * 3 * 16, EigenBasis.Numbers(new(0, 3, 1, 4)));
        Assert.Equal(2 * 3 * 16, EigenBasis.Numbers(new(0, 3, EigenBasis.LargestSide + 1, 4)));
    }

    private static double[] Values(Tensor x) => x.data<double>().ToArray();

    /// <summary>One matrix, in numbers; with no rows, Adam on a vector.</summary>
    private sealed class Reference(int rows, int columns)
    {
        private readonly int _rows = Math.Max(1, rows);
        private readonly double[,] _left = new double[Math.Max(1, rows), Math.Max(1, rows)];
        private readonly double[,] _right = new double[columns, columns];
        private readonly double[,] _mean = new double[Math.Max(1, rows), columns];
        private readonly double[,] _square = new double[Math.Max(1, rows), columns];
        private double[,] _basisLeft = One(Math.Max(1, rows));
        private double[,] _basisRight = One(columns);

        public int Length => _rows * columns;

        /// <summary>The mean is kept in the weights' own coordinates here, and turned for each step.</summary>
        public void Update(Span<double> weights, Span<double> gradient, StepRates rates, int t)
        {
            var g = new double[_rows, columns];
            for (var i = 0; i < Length; i++)
            {
                g[i / columns, i % columns] = gradient[i];
            }

            Mix(_left, Product(g, Transposed(g)), Config.Beta2);
            Mix(_right, Product(Transposed(g), g), Config.Beta2);
            if (rows > 0 && rates.Step % 3 == 0)
            {
                _basisLeft = Orthonormal(Product(Shifted(_left), _basisLeft));
                _basisRight = Orthonormal(Product(Shifted(_right), _basisRight));
            }

            Mix(_mean, g, rates.Beta1);
            var (turned, mean) = (Turned(g), Turned(_mean));
            var step = new double[_rows, columns];
            for (var i = 0; i < Length; i++)
            {
                var (r, c) = (i / columns, i % columns);
                _square[r, c] = (Config.Beta2 * _square[r, c]) + ((1 - Config.Beta2) * turned[r, c] * turned[r, c]);
                step[r, c] = mean[r, c] / (1 - Math.Pow(rates.Beta1, t)) / (Math.Sqrt(_square[r, c] / (1 - Math.Pow(Config.Beta2, t))) + Config.Epsilon);
            }

            step = Product(Product(_basisLeft, step), Transposed(_basisRight));
            for (var i = 0; i < Length; i++)
            {
                weights[i] = (weights[i] * (1 - (rates.LearningRate * Config.WeightDecay))) - (rates.LearningRate * step[i / columns, i % columns]);
            }
        }

        private double[,] Turned(double[,] x) => Product(Product(Transposed(_basisLeft), x), _basisRight);

        private static void Mix(double[,] into, double[,] x, double kept)
        {
            for (var i = 0; i < x.GetLength(0); i++)
            {
                for (var j = 0; j < x.GetLength(1); j++)
                {
                    into[i, j] = (kept * into[i, j]) + ((1 - kept) * x[i, j]);
                }
            }
        }

        private static double[,] Shifted(double[,] a)
        {
            var (n, shifted) = (a.GetLength(0), (double[,])a.Clone());
            var trace = Enumerable.Range(0, n).Sum(i => a[i, i]);
            for (var i = 0; i < n; i++)
            {
                shifted[i, i] += 1e-6 * trace / n;
            }

            return shifted;
        }

        private static double[,] One(int n)
        {
            var one = new double[n, n];
            for (var i = 0; i < n; i++)
            {
                one[i, i] = 1;
            }

            return one;
        }

        private static double[,] Transposed(double[,] a)
        {
            var t = new double[a.GetLength(1), a.GetLength(0)];
            for (var i = 0; i < a.Length; i++)
            {
                t[i % a.GetLength(1), i / a.GetLength(1)] = a[i / a.GetLength(1), i % a.GetLength(1)];
            }

            return t;
        }

        private static double[,] Product(double[,] a, double[,] b)
        {
            var c = new double[a.GetLength(0), b.GetLength(1)];
            for (var i = 0; i < a.GetLength(0); i++)
            {
                for (var j = 0; j < b.GetLength(1); j++)
                {
                    for (var k = 0; k < b.GetLength(0); k++)
                    {
                        c[i, j] += a[i, k] * b[k, j];
                    }
                }
            }

            return c;
        }

        /// <summary>By Gram and Schmidt, twice. The signs of the columns do not matter.</summary>
        private static double[,] Orthonormal(double[,] a)
        {
            var n = a.GetLength(0);
            var q = (double[,])a.Clone();
            for (var j = 0; j < n; j++)
            {
                for (var pass = 0; pass < 2; pass++)
                {
                    for (var k = 0; k < j; k++)
                    {
                        var dot = 0.0;
                        for (var i = 0; i < n; i++)
                        {
                            dot += q[i, k] * q[i, j];
                        }

                        for (var i = 0; i < n; i++)
                        {
                            q[i, j] -= dot * q[i, k];
                        }
                    }
                }

                var norm = 0.0;
                for (var i = 0; i < n; i++)
                {
                    norm += q[i, j] * q[i, j];
                }

                for (var i = 0; i < n; i++)
                {
                    q[i, j] /= Math.Sqrt(norm);
                }
            }

            return q;
        }
    }
}
