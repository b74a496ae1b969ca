using FFF.Evaluation.Conformations;
using FFF.Evaluations;
using FFF.Evaluations.Conformations;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Networks.Equivariant;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation.Conformations;

public sealed class ConformationsTests : IDisposable
{
    private static readonly MeanFreePositions Shape = new(5, 3);

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>A chain along z that is turned by an angle around its middle bond: clockwise, looking along the bond, is positive.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(-75)]
    [InlineData(179)]
    public void DihedralsAreThoseOfIupac(double degrees)
    {
        // Looking along +z with x to the right, y points down: from x towards y is clockwise.
        var angle = degrees * Math.PI / 180;
        double[] chain = [1, 0, 0, 0, 0, 0, 0, 0, 1, Math.Cos(angle), Math.Sin(angle), 1];
        var x = tensor(chain).view(1, 4, 3);
        Assert.Equal(degrees, InternalCoordinates.Dihedral(x, 0, 1, 2, 3).item<double>(), 1e-9);
        Assert.Equal(degrees, InternalCoordinates.Dihedral(x, 3, 2, 1, 0).item<double>(), 1e-9);
        Assert.Equal(90, InternalCoordinates.Angle(x, 0, 1, 2).item<double>(), 1e-9);
        Assert.Equal(1, InternalCoordinates.Distance(x, 1, 2).item<double>(), 1e-12);
    }

    /// <summary>Moving and turning change nothing, and a mirror the sign of torsions alone.</summary>
    [Fact]
    public void MotionsChangeNothing()
    {
        var x = ParticleFlows.Positions(6, Shape, new RandomStream(1)).view(6, 5, 3);
        var turned = matmul(x, Rotation(2)) + tensor(new[] { 1.0, 2, 3 });
        foreach (var of in new Func<Tensor, Tensor>[]
        {
            y => InternalCoordinates.Distance(y, 0, 3), y => InternalCoordinates.Angle(y, 0, 3, 2), y => InternalCoordinates.Dihedral(y, 0, 3, 2, 4),
            InternalCoordinates.GyrationRadius, y => InternalCoordinates.Rmsd(y, x[0]),
        })
        {
            Check.Close(of(turned), of(x), 1e-6);
        }

        Check.Close(InternalCoordinates.Dihedral(-x, 0, 3, 2, 4), -InternalCoordinates.Dihedral(x, 0, 3, 2, 4), 1e-9);
        Assert.True(InternalCoordinates.Rmsd(-x, x[0])[0].item<double>() > 0.1);
    }

    /// <summary>Against the largest eigenvalue of the matrix of quaternions (Horn, J. Opt. Soc. Am. A 4, 1987), which has no reflections.</summary>
    [Fact]
    public void DeviationsAreThoseOfTheBestRotation()
    {
        var x = ParticleFlows.Positions(8, Shape, new RandomStream(3)).view(8, 5, 3);
        var y = x[7];
        for (var row = 0; row < 7; row++)
        {
            var m = x[row].t().mm(y);
            double S(int i, int j) => m[i, j].item<double>();
            var n = tensor(new[]
            {
                S(0, 0) + S(1, 1) + S(2, 2), S(1, 2) - S(2, 1), S(2, 0) - S(0, 2), S(0, 1) - S(1, 0),
                S(1, 2) - S(2, 1), S(0, 0) - S(1, 1) - S(2, 2), S(0, 1) + S(1, 0), S(2, 0) + S(0, 2),
                S(2, 0) - S(0, 2), S(0, 1) + S(1, 0), -S(0, 0) + S(1, 1) - S(2, 2), S(1, 2) + S(2, 1),
                S(0, 1) - S(1, 0), S(2, 0) + S(0, 2), S(1, 2) + S(2, 1), -S(0, 0) - S(1, 1) + S(2, 2),
            }).view(4, 4);
            var best = linalg.eigvalsh(n).max().item<double>();
            var expected = Math.Sqrt((x[row].square().sum().item<double>() + y.square().sum().item<double>() - (2 * best)) / 5);
            Assert.Equal(expected, InternalCoordinates.Rmsd(x.narrow(0, row, 1), y).item<double>(), 1e-9);
        }
    }

    [Fact]
    public void StatesHoldWhatLiesBetweenTheirBounds()
    {
        var (quantities, problem) = Quantity.Parse("phi: dihedral 0 1 2 3; d: distance 0 4");
        Assert.Null(problem);
        var (states, wrong) = ConformationState.Parse("a: phi 150..210, d 0..2; b: phi -30..30", quantities);
        Assert.Null(wrong);
        var values = new Dictionary<Quantity, double[]> { [quantities[0]] = [170, -170, -140, 10, -29], [quantities[1]] = [1, 1, 1, 1, 3] };
        Assert.Equal([true, true, false, false, false], states[0].Holds(values));
        Assert.Equal([false, false, false, true, true], states[1].Holds(values));
        var share = StateShare.Of(states[1].Holds(values), states[0].Holds(values), null, null);
        Assert.Equal((0.4, 0.0), (share.Share, share.FreeEnergy!.Value));
        Assert.Equal(Math.Log(3), StateShare.Of([true, false, false, false], [false, true, true, true], null, null).FreeEnergy!.Value, 1e-12);
        Assert.Null(StateShare.Of([false, false], [true, true], null, null).FreeEnergy);
    }

    /// <summary>log(p₀/p) of many repetitions scatters as its error says.</summary>
    [Fact]
    public void FreeEnergiesScatterAsTheirErrorsSay()
    {
        var (random, values, errors) = (new Random(5), new List<double>(), new List<double>());
        for (var repetition = 0; repetition < 400; repetition++)
        {
            var drawn = Enumerable.Range(0, 500).Select(_ => random.NextDouble()).ToArray();
            var weights = drawn.Select(_ => 0.5 + random.NextDouble()).ToArray();
            var share = StateShare.Of([.. drawn.Select(u => u < 0.2)], [.. drawn.Select(u => u > 0.6)], [.. weights.Select(w => w / weights.Sum())], null);
            values.Add(share.FreeEnergy!.Value);
            errors.Add(share.FreeEnergy.StandardError);
        }

        Assert.Equal(Math.Log(2), values.Average(), 0.02);
        Assert.Equal(1, Math.Sqrt(values.Average(v => Math.Pow(v - values.Average(), 2))) / errors.Average(), 0.12);
    }

    /// <summary>The same of frames that follow each other, in which a state lasts: by as much as they are alike.</summary>
    [Fact]
    public void FreeEnergiesOfASeriesScatterAsTheirErrorsSay()
    {
        var (random, values, errors) = (new Random(6), new List<double>(), new List<double>());
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        for (var repetition = 0; repetition < 150; repetition++)
        {
            var (x, frames) = (Normal(), new double[2000]);
            for (var t = 0; t < frames.Length; t++)
            {
                frames[t] = x;
                x = (0.9 * x) + (Math.Sqrt(1 - 0.81) * Normal());
            }

            var share = StateShare.Of([.. frames.Select(u => u > 0.3)], [.. frames.Select(u => u < 0)], null, null);
            values.Add(share.FreeEnergy!.Value);
            errors.Add(share.FreeEnergy.StandardError);
        }

        var scatter = Math.Sqrt(values.Average(v => Math.Pow(v - values.Average(), 2)));
        Assert.InRange(errors.Average() / scatter, 0.8, 1.2);

        // Independent frames would have a third of it.
        Assert.InRange(scatter, 0.08, 0.25);
    }

    [Theory]
    [InlineData("phi dihedral 0 1 2 3", null, "expected names and quantities such as")]
    [InlineData("phi: torsion 0 1 2 3", null, "of the kinds distance, angle, dihedral, gyration, rmsd")]
    [InlineData("phi: dihedral 0 1 2", null, "expected 4 different particles, from 0, after dihedral")]
    [InlineData("phi: dihedral 0 1 2 2", null, "expected 4 different particles")]
    [InlineData("d: distance 0 1; d: distance 0 2", null, "'d' twice")]
    [InlineData("d: distance 0 1", "a: e 0..1", "expected bounds of d, found 'e'")]
    [InlineData("d: distance 0 1", "a: d 1..0", "the lower one first")]
    [InlineData("d: distance 0 1", "d 0..1", "expected names and bounds")]
    [InlineData("t: dihedral 0 1 2 3", "a: t -200..200", "at most one turn apart")]
    public void WhatCannotBeReadIsTold(string quantities, string? states, string words)
    {
        var (parsed, problem) = Quantity.Parse(quantities);
        Assert.Contains(words, problem ?? ConformationState.Parse(states!, parsed).Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void TorsionsHaveCircularMoments()
    {
        var moments = Moments.Of([170, -170], null, isPeriodic: true);
        Assert.Equal(180, Math.Abs(moments.Mean), 1e-9);
        Assert.Equal(Math.Sqrt(-2 * Math.Log(Math.Cos(Math.PI / 18))) * 180 / Math.PI, moments.Deviation, 1e-9);
        Assert.Equal(new Moments(2.5, Math.Sqrt(0.75)), Moments.Of([1, 3], [0.25, 0.75], isPeriodic: false));
    }

    private static Tensor Rotation(ulong seed)
    {
        var (q, _) = linalg.qr(new RandomStream(seed).Normal([3, 3], float64));
        return q * q.det().sign();
    }
}
