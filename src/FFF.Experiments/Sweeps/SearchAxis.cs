using System.Globalization;
using FFF.Configuration;

namespace FFF.Sweeps;

/// <summary>A space's values as numbers on an axis, on which densities are estimated: logarithms where these are uniform, and the places of choices.</summary>
internal abstract class SearchAxis
{
    /// <summary>The axis of a space.</summary>
    public static SearchAxis Of(SpaceConfig space) => space switch
    {
        UniformSpace uniform => new Interval(uniform.Low, uniform.High, x => x, x => SearchSpace.Number(Math.Clamp(x, uniform.Low, uniform.High))),
        LogUniformSpace log => new Interval(
            Math.Log(log.Low), Math.Log(log.High), Math.Log, x => SearchSpace.Number(Math.Clamp(Math.Exp(x), log.Low, log.High))),

        // As wide for the outermost as for the others.
        IntegerSpace integer => new Interval(integer.Low - 0.5, integer.High + 0.5, x => x,
            x => SearchSpace.Number((long)Math.Clamp(Math.Floor(x + 0.5), integer.Low, integer.High))),
        ChoiceSpace choice => new Choices(choice.Values),
        _ => throw new InvalidOperationException($"Unknown kind of space: {space.GetType()}"),
    };

    /// <summary>Where a value lies, as a record has it; null where it is none of the space.</summary>
    public abstract double? At(string text);

    /// <summary>The value that a record has.</summary>
    public abstract ConfigValue Value(string text);

    /// <summary>The value at a place.</summary>
    public abstract ConfigValue Value(double place);

    /// <summary>The density of values.</summary>
    public abstract IParzenEstimator Estimate(IReadOnlyList<double> places);

    private sealed class Interval(double low, double high, Func<double, double> place, Func<double, ConfigValue> value) : SearchAxis
    {
        /// <summary>Values are written with six digits, which may lead beyond a bound.</summary>
        private const double Rounding = 1e-5;

        public override double? At(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && place(number) is var at
            && at >= low - (Rounding * Math.Abs(low)) - Rounding && at <= high + (Rounding * Math.Abs(high)) + Rounding
                ? Math.Clamp(at, low, high) : null;

        public override ConfigValue Value(string text) =>
            new(new Configuration.Yaml.YamlScalar(text, Plain: true, SearchSpace.Nowhere));

        public override ConfigValue Value(double place) => value(place);

        public override IParzenEstimator Estimate(IReadOnlyList<double> places) => new ParzenEstimator(low, high, places);
    }

    private sealed class Choices(IReadOnlyList<ConfigValue> values) : SearchAxis
    {
        public override double? At(string text) =>
            Enumerable.Range(0, values.Count).Where(i => values[i].Text == text).Select(i => (double?)i).FirstOrDefault();

        public override ConfigValue Value(string text) => values.First(value => value.Text == text);

        public override ConfigValue Value(double place) => values[(int)place];

        public override IParzenEstimator Estimate(IReadOnlyList<double> places) => new ChoiceEstimator(values.Count, places);
    }
}
