using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>The batch means of the objective and its parts, differentiable.</summary>
/// <param name="Loss">What is minimised; its value says nothing about the fit, since the surrogate's does not.</param>
/// <param name="LatentNll">−log p(f(x)); null where the method does not encode in training.</param>
/// <param name="Reconstruction">‖x − g(f(x))‖²; null where the method does not train it.</param>
public sealed record ObjectiveTerms(Tensor Loss, Tensor? LatentNll, Tensor? Reconstruction)
{
    /// <summary>
    /// ((vᵀ J_g J_f v − S)/S)², in S dimensions with Hutchinson vectors of length √S: 0 where the decoder undoes the encoder's derivative, whatever
    /// the data's scale. Null where no surrogate tells.
    /// </summary>
    public Tensor? InverseError { get; init; }

    /// <summary>The same with every term times a number.</summary>
    internal ObjectiveTerms Times(double factor) =>
        new(factor * Loss, Times(LatentNll, factor), Times(Reconstruction, factor)) { InverseError = Times(InverseError, factor) };

    /// <summary>The sum of each term; terms that one of both lacks are missing.</summary>
    internal ObjectiveTerms Plus(ObjectiveTerms other) => new(Loss + other.Loss, Plus(LatentNll, other.LatentNll), Plus(Reconstruction, other.Reconstruction))
    {
        InverseError = Plus(InverseError, other.InverseError),
    };

    private static Tensor? Times(Tensor? term, double factor) => term is null ? null : factor * term;

    private static Tensor? Plus(Tensor? term, Tensor? other) => term is null || other is null ? null : term + other;
}

/// <summary>
/// The free-form flow objective L(x) = w·(−log p(f(x)) − surrogate(x)) + β·‖x − g(f(x))‖²; w is 1 but for a warm-up. Cycles may be added.
/// </summary>
public sealed class Objective : IObjective
{
    private readonly FreeFormFlow _flow;
    private readonly ObjectiveConfig _config;
    private readonly Cycles? _cycles;

    /// <summary>Prepares the objective for a flow whose networks know the settings that are drawn per sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// More Hutchinson vectors are asked for than there are dimensions, or log|det J_f| itself in too many.
    /// </exception>
    public Objective(FreeFormFlow flow, ObjectiveConfig config)
    {
        if (config.HutchinsonSamples > flow.DensityDimension)
        {
            throw new ArgumentOutOfRangeException(nameof(config), $"objective.hutchinson_samples is {config.HutchinsonSamples}, "
                + $"but the density has {flow.DensityDimension} dimensions: at most as many vectors can be orthogonal. One is usually enough; "
                + "larger batches reduce the variance better.");
        }

        if (config.ExactProblem(flow.DensityDimension) is { } problem)
        {
            throw new ArgumentOutOfRangeException(nameof(config), $"objective.surrogate, objective.exact_every: {problem}.");
        }

        _flow = flow;
        _config = config;
        _cycles = config.Cycles is { } cycles ? new(flow, cycles) : null;
        Settings = SettingConditions.Of(config);
    }

    /// <summary>The settings drawn per sample.</summary>
    public SettingConditions Settings { get; }

    /// <summary>What validation weighs the reconstruction with: β once the schedule has ended; where training moves it by itself, what it usually comes to,
    /// so that what is best does not depend on how far it is.</summary>
    public double FinalBeta => _config.Beta switch
    {
        SettingRange range => range.High,
        AutomaticSetting auto => auto.To,
        { } beta => ScheduledValue.At(beta, 1),
    };

    /// <summary>β at this point of the run; for a range, its geometric mean; where training moves it by itself, what it starts from on standardised
    /// data.</summary>
    /// <param name="progress">The share of the run that is done, 0 to 1.</param>
    public double BetaAt(double progress) => _config.Beta is AutomaticSetting ? BetaController.Start : ScheduledValue.At(_config.Beta, progress);

    double? IObjective.BetaAt(double progress) => BetaAt(progress);

    /// <summary>The likelihood's weight w at this point of the run.</summary>
    public double LikelihoodWeightAt(double progress) => _config.LikelihoodWarmup switch
    {
        null => 1,
        { } w when progress >= w.To => 1,
        { } w => Math.Max(0, (progress - w.From) / (w.To - w.From)),
    };

    BetaController? IObjective.BetaController => ControllerIn(_flow.DensityDimension);

    /// <summary>Moves β of data whose density has so many dimensions on average; null where a schedule does.</summary>
    internal BetaController? ControllerIn(double dimension) => _config.Beta is AutomaticSetting auto ? new(dimension, auto.To) : null;

    /// <summary>Not where determinants are factorised, for which libtorch may ask the host.</summary>
    bool IObjective.IsRecordable => !_config.IsEverExact;

    /// <inheritdoc/>
    public Tensor?[] Draw(Batch batch, RunPoint point) => Draw(batch.Data.shape[0], batch.Data.shape[^1], batch.Data.dtype, point).Parts;

    Tensor?[] IObjective.Part(Batch batch, Tensor?[] drawn, long start, long count) => ObjectiveDraws.Of(drawn).Rows(start, count).Parts;

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn) => Evaluate(batch.Data, batch.Condition, ObjectiveDraws.Of(drawn));

    /// <summary>Draws noise, settings and Hutchinson vectors for a step, on the CPU; the same seed and step draw the same.</summary>
    /// <param name="batch">B.</param>
    /// <param name="dimension">D.</param>
    /// <param name="type">What is computed in; the schedules' values are of this type.</param>
    /// <param name="point">Where in the run the step is.</param>
    /// <param name="restrict">Sets the noise, [B, D], to zero where there shall be none; null to leave it.</param>
    internal ObjectiveDraws Draw(long batch, long dimension, ScalarType type, RunPoint point, Action<Tensor>? restrict = null)
    {
        using var random = NamedSeed.Stream(point.Seed, "objective", point.Step);
        var noiseSetting = _config.Noise is null || Settings.Noise is null ? null : Unit(batch, random);
        var noise = _config.Noise is null ? null : random.Normal([batch, dimension]);
        if (noise is not null)
        {
            restrict?.Invoke(noise);
        }

        var betaSetting = Settings.Beta is null ? null : Unit(batch, random);
        var directions = _config.IsExactAt(point.Step)
            ? null
            : Hutchinson.Sample(_config.HutchinsonSamples, batch, (int)_flow.Latent.DensityDimension(dimension), random);
        var latents = _config.Cycles is { Draws: true } ? _flow.Latent.Sample(batch, (int)dimension, random) : null;
        var deviation = _config.Noise is { } setting ? ScheduledValue.At(setting, point.Progress) : 0;
        return new(noiseSetting, noise, betaSetting, directions, latents,
            tensor([point.Beta ?? BetaAt(point.Progress), deviation, LikelihoodWeightAt(point.Progress)], type));
    }

    /// <summary>The objective on a batch, with what was drawn for this step.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="draws">What was drawn, on x's device.</param>
    internal ObjectiveTerms Evaluate(Tensor x, Tensor? condition, ObjectiveDraws draws)
    {
        var (basis, clean) = (_flow.Latent.Basis(x.shape[^1], x.dtype, x.device), x);
        if (draws.Noise is { } drawn)
        {
            var n = drawn.to(x.dtype);
            n = basis is null ? n : Hutchinson.InSubspace(nn.functional.linear(n, basis.t()), basis);
            x = clean + (Settings.Noise is { } range ? SettingConditions.FromUnit(draws.NoiseSetting!, range).unsqueeze(-1) * n : draws.Deviation * n);
        }

        var beta = Settings.Beta is { } betas ? SettingConditions.FromUnit(draws.BetaSetting!, betas) : draws.Beta;
        var vectors = basis is null || draws.Directions is null ? draws.Directions?.to(x.dtype) : Hutchinson.InSubspace(draws.Directions, basis);
        return Evaluate(clean, x, Settings.Append(condition, draws.BetaSetting, draws.NoiseSetting), vectors, beta, draws.LikelihoodWeight,
            draws.Latents?.to(x.dtype));
    }

    /// <summary>The objective on a batch with everything given.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null, the settings included.</param>
    /// <param name="vectors">Hutchinson vectors, [K, B, D]; null for log|det J_f| itself.</param>
    /// <param name="beta">β, [B], or [] for the same β throughout.</param>
    /// <param name="likelihoodWeight">w, [].</param>
    public ObjectiveTerms Evaluate(Tensor x, Tensor? condition, Tensor? vectors, Tensor beta, Tensor likelihoodWeight) =>
        Evaluate(x, x, condition, vectors, beta, likelihoodWeight, latents: null);

    private ObjectiveTerms Evaluate(Tensor clean, Tensor x, Tensor? condition, Tensor? vectors, Tensor beta, Tensor likelihoodWeight, Tensor? latents)
    {
        var isExact = vectors is null || _config.Surrogate == SurrogateForm.Exact;
        var surrogate = isExact ? Surrogate.Exact(_flow, x, condition)
            : _config.Surrogate == SurrogateForm.Data ? Surrogate.DataForm(_flow, x, condition, vectors!)
            : Surrogate.LatentForm(_flow, x, condition, vectors!);
        var latentNll = -_flow.Latent.LogProb(surrogate.Z);
        var reconstruction = (x - surrogate.Reconstruction).square().sum(-1);
        var loss = likelihoodWeight * (latentNll - surrogate.Value) + beta * reconstruction;
        if (_cycles?.Of(clean, x, surrogate.Z, surrogate.Reconstruction, condition, latents) is { } cycles)
        {
            loss += cycles;
        }

        return new(loss.mean(), latentNll.mean(), reconstruction.mean()) { InverseError = isExact ? null : InverseError(surrogate.Value, x.shape[^1]) };
    }

    private Tensor InverseError(Tensor value, long dimension)
    {
        using var noGradient = no_grad();
        return (value / _flow.Latent.DensityDimension(dimension) - 1).square().mean();
    }

    private static Tensor Unit(long batch, RandomStream random) => random.Uniform([batch]) * 2 - 1;
}
