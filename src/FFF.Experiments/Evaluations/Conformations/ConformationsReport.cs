using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using FFF.Evaluations.Boltzmann;
using FFF.Formats;
using FFF.Numerics;
using FFF.Plots;
using FFF.Randomness;
using static FFF.Formats.NumberText;
using static TorchSharp.torch;

namespace FFF.Evaluations.Conformations;

/// <summary>Conformations of a flow's samples against data.</summary>
/// <param name="Data">What the data are called.</param>
/// <param name="Split">Where the evaluated data are from: test or validation.</param>
/// <param name="Evaluated">How many of them.</param>
/// <param name="Samples">How many samples were drawn.</param>
/// <param name="NotFinite">How many of them are not finite, and left out.</param>
/// <param name="EffectiveShare">Of the samples by importance weights; null where the energy is not known.</param>
/// <param name="Quantities">The quantities.</param>
/// <param name="States">The states.</param>
/// <param name="Doubts">What speaks against trusting the results.</param>
internal sealed record ConformationsReport(string Data, string Split, int Evaluated, int Samples, int NotFinite, double? EffectiveShare,
    IReadOnlyList<ComparedQuantity> Quantities, IReadOnlyList<ComparedState> States, IReadOnlyList<string> Doubts)
{
    /// <summary>The largest total variation of a quantity.</summary>
    public const string HeadlineMetric = "conformations.total_variation";

    /// <summary>Draws samples and compares them.</summary>
    /// <exception cref="BoltzmannException">No sample is finite.</exception>
    public static EvaluationResult Of(DensityModel flow, BoltzmannData data, ConformationsEvaluation options, long seed, IProgress<SamplingProgress>? progress,
        CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var quantities = Quantity.Parse(options.Quantities).Quantities;
        var states = options.States is { } text ? ConformationState.Parse(text, quantities).States : [];
        var (x, weights, share) = Draw(flow, data, options, seed, progress, stop);
        var reference = data.Training[0];
        Dictionary<Quantity, double[]> Values(Tensor rows) =>
            quantities.ToDictionary(quantity => quantity, quantity => quantity.Of(rows, data.Shape, reference));
        var (ofData, ofSamples) = (Values(data.HeldOut), Values(x));
        if (data.Order is { } order)
        {
            ofData = ofData.ToDictionary(quantity => quantity.Key, quantity => order.Select(i => quantity.Value[i]).ToArray());
        }

        var report = new ConformationsReport(data.Name, data.Split, (int)data.HeldOut.shape[0], options.Samples, options.Samples - (int)x.shape[0], share,
            [.. quantities.Select(quantity => ComparedQuantity.Of(quantity, ofData[quantity], ofSamples[quantity], weights))],
            [.. states.Select(state => ComparedState.Of(state, states[0], ofData, ofSamples, weights, data.Correlation))],
            [.. data.Doubts, .. Overlaps(states, ofData, ofSamples)]);
        List<ConformationSide> sides =
        [
            new($"data ({data.Split})", Palette.Second, ofData) { Correlation = data.Correlation },
            new("samples", Palette.First, ofSamples),
        ];
        if (weights is not null)
        {
            sides.Add(new("reweighted samples", Palette.Third, ofSamples) { Weights = weights });
        }

        Tensor Columns(Dictionary<Quantity, double[]> values) => stack(quantities.Select(quantity => tensor(values[quantity])), 1);
        var (drawn, held) = (Columns(ofSamples).MoveToOuterDisposeScope(), Columns(ofData).MoveToOuterDisposeScope());
        string[] names = [.. quantities.Select(quantity => quantity.Title)];
        string Title(string run) => $"{run}: {data.Name}";
        return new(ReportJson.Of(report), report.Metrics(), report.Table())
        {
            Doubts = report.Doubts,
            Figures =
            [
                new("conformations", ".png",
                    (run, path) => PosteriorPlot.Save(drawn, held, names, Title(run), path, "flow", $"data ({data.Split})")),
                new("conformations_profiles", ".png", (run, path) => FreeEnergyProfilePlot.Save(quantities, sides, Title(run), path)) { Suffix = "profiles" },
                .. FreeEnergySurfacePlot.Axes(quantities) is { } axes
                    ? [new("conformations_surface", ".png",
                        (run, path) => FreeEnergySurfacePlot.Save(axes, states, sides, Title(run), path)) { Suffix = "surface" }]
                    : Array.Empty<Figure>(),
                .. report.States.Count > 1
                    ? [new("conformations_states", ".png",
                        (run, path) => StatesPlot.Save(report.States, data.Split, Title(run), path)) { Suffix = "states" }]
                    : Array.Empty<Figure>(),
            ],
        };
    }

    /// <summary>States that are no separate ones: their shares count the same systems.</summary>
    private static IEnumerable<string> Overlaps(
        IReadOnlyList<ConformationState> states, IReadOnlyDictionary<Quantity, double[]> data, IReadOnlyDictionary<Quantity, double[]> samples)
    {
        static double Share(bool[] one, bool[] other) => one.Zip(other).Average(both => both is (true, true) ? 1.0 : 0);
        var held = states.Select(state => (state.Name, OfData: state.Holds(data), OfSamples: state.Holds(samples))).ToList();
        return held.SelectMany((one, place) => held.Skip(place + 1).Select(other => (Names: $"{one.Name} and {other.Name}",
                Data: Share(one.OfData, other.OfData), Samples: Share(one.OfSamples, other.OfSamples))))
            .Where(both => both.Data > 0 || both.Samples > 0)
            .Select(both => $"The states {both.Names} overlap: {Percent(both.Data)} of the data and {Percent(both.Samples)} of the samples are in both, and "
                + "their free energies are not those of separate states. Give them bounds that part them.");
    }

    /// <summary>Samples that are finite, [n, N·d], and their weights where the energy is known.</summary>
    private static (Tensor X, double[]? Weights, double? EffectiveShare) Draw(DensityModel flow, BoltzmannData data, ConformationsEvaluation options, long seed,
        IProgress<SamplingProgress>? progress, CancellationToken stop)
    {
        var sizes = new BoltzmannEvaluation { Samples = options.Samples, Limit = false };
        if (data.Energy is not null)
        {
            var weighed = BoltzmannSamples.Draw(flow, data, sizes, seed, progress, stop);
            return (weighed.X, weighed.WeightOfEach, weighed.Weights?.EffectiveShare);
        }

        var drawn = new List<Tensor>();
        foreach (var (first, count) in RowChunks.Of(options.Samples, sizes.Rows(data.Shape, flow.Device)))
        {
            stop.ThrowIfCancellationRequested();
            drawn.Add(flow.Sample(count, null, NamedSeed.Derive(seed, "conformations/samples", first)));
            progress?.Report(new("samples", (double)(first + count) / options.Samples));
        }

        var x = cat(drawn, 0);
        var finite = x.index_select(0, x.isfinite().all(1).nonzero().squeeze(1));
        return finite.shape[0] > 0 ? (finite, null, null)
            : throw new BoltzmannException("None of the flow's samples is finite. Training has diverged: lower training.optimizer.learning_rate and train "
                + "again.");
    }

    private Dictionary<string, double> Metrics()
    {
        var metrics = new Dictionary<string, double> { [HeadlineMetric] = Quantities.Max(quantity => quantity.TotalVariation) };
        foreach (var quantity in Quantities)
        {
            metrics[$"conformations.{quantity.Name}.total_variation"] = quantity.TotalVariation;
        }

        return metrics;
    }

    private ResultTable Table()
    {
        ColumnTable quantities = new(
            [new($"against the {Split} data", IsText: true), new("data"), new("samples"), new("reweighted"),
                new($"total variation, {EmpiricalDistribution.Bins} bins"), new("reweighted")],
            [.. Quantities.Select(one => (IReadOnlyList<string>)[
                one.Name, one.Data.Text, one.Samples.Text, one.Reweighted?.Text ?? StateShare.None, Fixed(one.TotalVariation, 3),
                one.ReweightedTotalVariation is { } variation ? Fixed(variation, 3) : StateShare.None])]);
        List<TablePart> parts = [quantities];
        if (States.Count > 0)
        {
            parts.Add(new TextLine());
            parts.Add(new ColumnTable(
                [new("state", IsText: true), new("share, data"), new("samples"), new("reweighted"), new($"free energy above {States[0].Name}, data"),
                    new("samples"), new("reweighted")],
                [.. States.Select(state => (IReadOnlyList<string>)[state.Name, Percent(state.Data.Share), Percent(state.Samples.Share),
                    state.Reweighted is { } reweighted ? Percent(reweighted.Share) : StateShare.None, state.Data.Text, state.Samples.Text,
                    state.Reweighted?.Text ?? StateShare.None])]));
        }

        parts.Add(new TextLine());
        parts.Add(new NamedValues(
            ("samples", $"{NumberText.Count(Samples)} of the flow, {NumberText.Count(Evaluated)} {Split} data"
                + (NotFinite == 0 ? "" : $"; {NumberText.Count(NotFinite)} of the samples are not finite, and left out")),
            ("units", "means ± standard deviations, angles in degrees; free energies −log(share/share) in kT"
                + (EffectiveShare is { } share
                    ? $"; {Percent(share)} of the samples effective"
                    : "; no energy of samples is known, so nothing is reweighted"))));
        return new([.. parts]);
    }
}
