using FFF.Configuration.Binding;

namespace FFF.Configuration;

/// <summary>What the types and bounds of single keys cannot say. Patterns and bounds stand as attributes at the properties.</summary>
internal static class ExperimentRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        Rule.For<ToyData>(d => Shares(d.ValidationFraction, d.TestFraction), nameof(ToyData.ValidationFraction), nameof(ToyData.TestFraction)),
        Rule.For<TableData>(d => Shares(d.ValidationFraction, d.TestFraction), nameof(TableData.ValidationFraction), nameof(TableData.TestFraction)),
        Rule.For<ParticleData>(d => Shares(d.ValidationFraction, d.TestFraction), nameof(ParticleData.ValidationFraction), nameof(ParticleData.TestFraction)),
        Rule.For<ParticleData>(HasSource, nameof(ParticleData.System), nameof(ParticleData.Path)),
        Rule.For<ParticleData>(HasDepth, nameof(ParticleData.WellDepth), nameof(ParticleData.System)),
        Rule.For<ParticleData>(DescribesItsFile, nameof(ParticleData.Particles), nameof(ParticleData.Dimensions)),
        Rule.For<MoleculeData>(d => Shares(d.ValidationFraction, d.TestFraction), nameof(MoleculeData.ValidationFraction), nameof(MoleculeData.TestFraction)),
        Rule.For<MoleculeData>(HasMolecules, nameof(MoleculeData.Source), nameof(MoleculeData.Path)),
        Rule.For<WarmupConfig>(w => Ascending("from", w.From, "to", w.To), nameof(WarmupConfig.From), nameof(WarmupConfig.To)),
        Rule.For<SettingRange>(s => Ascending("low", s.Low, "high", s.High), nameof(SettingRange.Low), nameof(SettingRange.High)),
        Rule.For<UniformSpace>(s => Ascending("low", s.Low, "high", s.High), nameof(UniformSpace.Low), nameof(UniformSpace.High)),
        Rule.For<LogUniformSpace>(s => Ascending("low", s.Low, "high", s.High), nameof(LogUniformSpace.Low), nameof(LogUniformSpace.High)),
        Rule.For<IntegerSpace>(s => Ascending("low", s.Low, "high", s.High), nameof(IntegerSpace.Low), nameof(IntegerSpace.High)),
        Rule.For<C2stEvaluation>(c => Observations(c.Observations), nameof(C2stEvaluation.Observations)),
        Rule.For<Experiment>(HasReference, nameof(Experiment.Evaluate), nameof(Experiment.Data)),
        Rule.For<Experiment>(HasParticles, nameof(Experiment.Evaluate), nameof(Experiment.Data)),
        Rule.For<Experiment>(LearnsMolecules, nameof(Experiment.Evaluate), nameof(Experiment.Data)),
        Rule.For<Experiment>(IsMeanFree, nameof(Experiment.Flow), nameof(Experiment.Data)),
    ];

    private static string? Shares(double validation, double test) => validation + test < 1
        ? null
        : $"expected validation_fraction and test_fraction that leave samples to train on, found {Numbers.Text(validation)} + {Numbers.Text(test)}";

    private static string? Ascending(string lowKey, double low, string highKey, double high) => low <= high
        ? null
        : $"expected {lowKey} to be at most {highKey}, found {Numbers.Text(low)} and {Numbers.Text(high)}";

    private static string? HasSource(ParticleData data) => data.System is not null || data.Path is not null
        ? null
        : "expected system, whose samples are drawn, or path, a file of positions; found neither";

    private static string? HasMolecules(MoleculeData data) => (data.Source, data.Path) switch
    {
        (null, null) => "expected source, a set of the literature, or path, a file of molecules; found neither",
        ({ }, { }) => "expected source or path, found both",
        _ => null,
    };

    private static string? HasDepth(ParticleData data) => data.WellDepth is null || data.System is ParticleSystemKind.Lj13 or ParticleSystemKind.Lj55
        ? null
        : "expected a well depth only for the systems lj13 and lj55, whose pair energies it multiplies";

    private static string? DescribesItsFile(ParticleData data) => (data.Particles, data.Dimensions) switch
    {
        (null, null) => null,
        _ when data.Path is null => "expected particles and dimensions only beside path, as the system has its own",
        (null, _) or (_, null) => "expected particles and dimensions together, found one of them",
        _ => null,
    };

    private static string? Observations(string text)
    {
        try
        {
            ObservationList.Parse(text);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    private static string? HasReference(Experiment experiment) => experiment.Data is SbiData || !experiment.Evaluate.OfType<C2stEvaluation>().Any()
        ? null
        : "expected evaluations that the data has references for; c2st needs data of the kind sbi";

    private static string? HasParticles(Experiment experiment) => experiment.Data is ParticleData || !experiment.Evaluate.OfType<ReweightingEvaluation>().Any()
        ? null
        : "expected the evaluation boltzmann only for data of the kind particles";

    private static string? LearnsMolecules(Experiment experiment) => experiment.Data is MoleculeData || !experiment.Evaluate.OfType<MoleculeEvaluationConfig>().Any()
        ? null
        : "expected the evaluation molecules only for data of the kind molecules";

    /// <summary>Positions without their mean fill only a subspace, on which densities over all of R^D are infinite.</summary>
    private static string? IsMeanFree(Experiment experiment) =>
        experiment.Data is not (ParticleData or MoleculeData) || experiment.Method is FreeFormMethod && experiment.Flow.Latent is MeanFreeNormalLatent
            ? null
            : "expected the method fff with flow.latent: {kind: mean-free-normal} for data of the kinds particles and molecules, whose mean position is zero";
}
