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

    /// <summary>A map, what it takes, and points inside.</summary>
    public static TheoryData<string> Names => [.. Maps.Keys];

    private static Dictionary<string, (ColumnMap Map, double Low, double High)> Maps => new()
    {
        ["logit"] = (new LogitMap(0.1, 0.3), 0.1, 0.3),
        ["logit far from zero"] = (new LogitMap(1e6, 1e6 + 1), 1e6, 1e6 + 1),
        ["log-logit"] = (new LogLogitMap(0.01, 10), 0.01, 10),
        ["above"] = (new AboveMap(-2), -2, double.PositiveInfinity),
        ["below"] = (new BelowMap(3), double.NegativeInfinity, 3),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void SlopesAreThoseOfTheMap(string name)
    {
        var (map, _, _) = Maps[name];
        var y = linspace(-8, 8, 41, float64);
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
        var (map, _, _) = Maps[name];
        var x = map.Inverse(linspace(-9, 9, 20_001, float64));
        var y = map.Forward(x);
        var density = (-0.5 * y.square() - 0.5 * Math.Log(2 * Math.PI) + map.LogSlope(y)).exp();
        Assert.Equal(1, trapezoid(density, x).item<double>(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingLeavesTheBounds(string name)
    {
        var (map, low, high) = Maps[name];
        var x = map.Inverse(tensor(new[] { -1e4, -700, -40, 0, 40, 700 })).data<double>().ToArray();
        Assert.All(x, value => Assert.InRange(value, low, high));
        Assert.Equal(x.Order(), x);
    }

    [Theory]
    [InlineData("logit")]
    [InlineData("log-logit")]
    public void TheBoundsThemselvesAreFinite(string name)
    {
        var (map, low, high) = Maps[name];
        var y = map.Forward(tensor(new[] { low, high })).data<double>().ToArray();
        Assert.Equal([-24 * Math.Log(2), 24 * Math.Log(2)], y, (expected, actual) => Math.Abs(expected - actual) < 1e-6);
        Assert.True(map.LogSlope(tensor(y)).isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatLiesOutsideIsNoNumber(string name)
    {
        var (map, low, high) = Maps[name];
        double[] outside = [.. new[] { low - 1e-3, high + 1e-3, low - 1e5, high + 1e5 }.Where(double.IsFinite)];
        Assert.All(map.Forward(tensor(outside)).data<double>().ToArray(), value => Assert.Equal(double.NaN, value));
    }
}
