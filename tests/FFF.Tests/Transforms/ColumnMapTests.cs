using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Transforms;

/// <summary>Maps of single columns: bijections whose slopes are those of calculus, also where numbers end.</summary>
public sealed class ColumnMapTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>A map, what it takes, and between what most of it becomes.</summary>
    public static TheoryData<string> Names => [.. Maps.Keys];

    private static Dictionary<string, (ColumnMap Map, double Low, double High, double Least, double Most)> Maps => new()
    {
        ["logit"] = (new LogitMap(0.1, 0.3), 0.1, 0.3, -9, 9),
        ["logit far from zero"] = (new LogitMap(1e6, 1e6 + 1), 1e6, 1e6 + 1, -9, 9),
        ["log-logit"] = (new LogMap(0.01, 10, new LogitMap(Math.Log(0.01), Math.Log(10))), 0.01, 10, -9, 9),
        ["box"] = (new BoxMap(0.1, 0.3, 0.5), 0.1, 0.3, -4, 5),
        ["box of narrow edges"] = (new BoxMap(-2, 5, 0.05), -2, 5, -0.4, 1.4),
        ["box far from zero"] = (new BoxMap(1e6, 1e6 + 1, 0.4), 1e6, 1e6 + 1, -4, 5),
        ["log-box"] = (new LogMap(0.01, 10, new BoxMap(Math.Log(0.01), Math.Log(10), 0.5)), 0.01, 10, -4, 5),
        ["above"] = (new AboveMap(-2), -2, double.PositiveInfinity, -9, 9),
        ["below"] = (new BelowMap(3), double.NegativeInfinity, 3, -9, 9),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void SlopesAreThoseOfTheMap(string name)
    {
        var (map, _, _, least, most) = Maps[name];
        var y = linspace(least, most, 41, float64);
        var x = map.Inverse(y).detach().requires_grad_();
        var again = map.Forward(x);
        again.sum().backward();
        Check.Close(again.detach(), y, 1e-5);
        Check.Close(map.LogSlope(y), x.grad!.log(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ANormalDensityBehindItIntegratesToOne(string name)
    {
        // By the trapezoidal rule in the column's own units, between points that are equally far apart behind the map.
        var (map, _, _, least, most) = Maps[name];
        var x = map.Inverse(linspace(least, most, 20_001, float64));
        var y = map.Forward(x);
        var (mean, deviation) = ((least + most) / 2, (most - least) / 18);
        var density = (-0.5 * ((y - mean) / deviation).square() - 0.5 * Math.Log(2 * Math.PI) - Math.Log(deviation) + map.LogSlope(y)).exp();
        Assert.Equal(1, trapezoid(density, x).item<double>(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingLeavesTheBounds(string name)
    {
        var (map, low, high, _, _) = Maps[name];
        var x = map.Inverse(tensor(new[] { -1e4, -700, -40, 0, 40, 700 })).data<double>().ToArray();
        Assert.All(x, value => Assert.InRange(value, low, high));
        Assert.Equal(x.Order(), x);
    }

    [Theory]
    [InlineData("logit")]
    [InlineData("log-logit")]
    public void TheBoundsThemselvesAreFinite(string name)
    {
        var (map, low, high, _, _) = Maps[name];
        var y = map.Forward(tensor(new[] { low, high })).data<double>().ToArray();
        Assert.Equal([-24 * Math.Log(2), 24 * Math.Log(2)], y, (expected, actual) => Math.Abs(expected - actual) < 1e-6);
        Assert.True(map.LogSlope(tensor(y)).isfinite().all().item<bool>());
    }

    /// <summary>Bounds have a number, as far out as that of 2⁻²⁴ of the width inside, by the formula itself.</summary>
    [Theory]
    [InlineData("box", 0.5)]
    [InlineData("box of narrow edges", 0.05)]
    public void TheBoundsOfABoxAreWhatIsClosestToThem(string name, double edge)
    {
        var (map, low, high, _, _) = Maps[name];
        var closest = Math.Pow(2, -24);
        var least = closest + (edge * Math.Log((1 - Math.Exp(-closest / edge)) / (1 - Math.Exp((closest - 1) / edge))));
        var y = map.Forward(tensor(new[] { low, high, (low + high) / 2 })).data<double>().ToArray();
        Assert.Equal([least, 1 - least, 0.5], y, (expected, actual) => Math.Abs(expected - actual) < 1e-7);
        Assert.True(map.LogSlope(tensor(y)).isfinite().all().item<bool>());
    }

    /// <summary>Away from the bounds a box is left as it is, and with wide edges it is learnt as by the logit.</summary>
    [Fact]
    public void ABoxIsBetweenTheIdentityAndTheLogit()
    {
        var x = linspace(0.3, 0.7, 9, float64);
        Check.Close(new BoxMap(0, 1, 0.02).Forward(x), x, 1e-6);
        Check.Close(new BoxMap(0, 1, 1e4).Forward(x) / 1e4, new LogitMap(0, 1).Forward(x), 1e-3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatLiesOutsideIsNoNumber(string name)
    {
        var (map, low, high, _, _) = Maps[name];
        double[] outside = [.. new[] { low - 1e-3, high + 1e-3, low - 1e5, high + 1e5 }.Where(double.IsFinite)];
        Assert.All(map.Forward(tensor(outside)).data<double>().ToArray(), value => Assert.Equal(double.NaN, value));
    }
}
