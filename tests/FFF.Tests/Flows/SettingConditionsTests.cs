using FFF.Flows;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

public sealed class SettingConditionsTests
{
    /// <summary>The ends of the unit interval are those of the range, and its middle is their geometric mean.</summary>
    [Fact]
    public void TheUnitIntervalIsTheRangeByItsLogarithm()
    {
        using var scope = NewDisposeScope();
        var values = SettingConditions.FromUnit(tensor(new[] { -1.0, 0, 0.5, 1 }), new SettingRange { Low = 0.5, High = 200 });
        Check.Close(values, tensor(new[] { 0.5, 10, 10 * Math.Pow(400, 0.25), 200 }), 1e-12 * 200);
    }

    [Fact]
    public void EvaluationTakesTheLargestBetaAndTheSmallestNoise()
    {
        using var scope = NewDisposeScope();
        var settings = new SettingConditions(new SettingRange { Low = 1, High = 2 }, new SettingRange { Low = 1, High = 2 });
        Check.Close(settings.ForEvaluation(tensor(new[] { 5.0, 6 }).unsqueeze(1), zeros(2, 3, dtype: float64))!,
            tensor(new[,] { { 5.0, 1, -1 }, { 6, 1, -1 } }), 0);
    }
}
