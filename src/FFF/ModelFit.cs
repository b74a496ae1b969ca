using FFF.Flows;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF;

/// <summary>Fits a model: splits the rows, trains, and keeps the weights of the best validation.</summary>
internal static class ModelFit
{
    public static DensityModel Run(Samples rows, ModelOptions options, Device device, IProgress<TrainingProgress>? progress, CancellationToken stop)
    {
        OptionsCheck.Require(options, nameof(options));
        Check(rows);
        var (train, validation) = Split(rows, options);
        DensityModel? model = null;
        try
        {
            var scalings = ColumnScalings.Of(options.Standardize, train.Dimension, train.ConditionDimension);
            scalings = scalings with { ConditionsAlike = options.Method.ConditionsAlike(train.ConditionDimension) };
            RequireResolution(train, scalings);

            // In no scope of ours: what a network holds must outlive it.
            model = DensityModel.Create((space, conditions) => Build(options, space, conditions), train, scalings, device);
            Train(model, train, validation, options, device, new(progress), stop);
            return model;
        }
        catch
        {
            model?.Dispose();
            throw;
        }
        finally
        {
            foreach (var part in new[] { train.Data, train.Condition, validation?.Data, validation?.Condition })
            {
                part?.Dispose();
            }
        }
    }

    private static void Train(DensityModel model, Samples train, Samples? validation, ModelOptions options, Device device, BestWeights best,
        CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var trainer = new Trainer(
            model.Flow, model.Objective, model.Transformed(train).Samples,
            validation is null ? null : model.ValidatorOf(validation, options.Training.ValidationSamples), options.Training,
            options.Seed, device);
        if (!trainer.Run(best, stop))
        {
            throw new OperationCanceledException(stop);
        }

        model.Set(best.Best ?? trainer.Weights());
    }

    /// <summary>The method of the options, with initial weights by their seed.</summary>
    public static Method Build(ModelOptions options, Space space, int conditions) =>
        InitialWeights.Build(options.Method, options.Training.Ensemble, options.Seed, space, conditions);

    private static void RequireResolution(IRows train, ColumnScalings scalings)
    {
        if (FloatColumns.FirstProblem(train, scalings, nameof(ModelOptions.Standardize)) is var (isCondition, column, problem))
        {
            throw new ArgumentException($"Column {column} of the {(isCondition ? "conditions" : "data")} (counted from 0) {problem}", nameof(train));
        }
    }

    private static void Check(Samples rows)
    {
        foreach (var (what, values) in new[] { ("data", (Tensor?)rows.Data), ("conditions", rows.Condition) })
        {
            if (values is not null && (values.dim() != 2 || values.shape[0] != rows.Count || values.shape[1] == 0))
            {
                throw new ArgumentException(
                    $"The {what} have the shape [{string.Join(", ", values.shape)}]: expected one row for each sample, [{rows.Count}, columns].", nameof(rows));
            }

            // Rows of smaller molecules end in NaN.
            if (values is not null && rows.Group is null && !values.isfinite().all().item<bool>())
            {
                throw new ArgumentException($"Some of the {what} are not finite.", nameof(rows));
            }
        }

        if (rows.Space.Dimension == rows.Dimension && OutOfBounds.Problem(rows, []) is { } problem)
        {
            throw new ArgumentException($"In the data, {problem}", nameof(rows));
        }
    }

    private static (Samples Train, Samples? Validation) Split(Samples rows, ModelOptions options)
    {
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(options.Seed, "data/split");
        var (train, validation, _) = Datasets.Split.Of(rows.Count, options.ValidationFraction, 0, "The data").Draw(rows, random);
        return (train.MoveToOuterDisposeScope() with { Space = rows.Space.OfTraining(train) },
            validation.Count == 0 ? null : validation.MoveToOuterDisposeScope());
    }

    /// <summary>Keeps the weights of the best validation.</summary>
    private sealed class BestWeights(IProgress<TrainingProgress>? progress) : ITrainingObserver
    {
        public Dictionary<string, Tensor>? Best { get; private set; }

        public void OnStep(in TrainingProgress step) => progress?.Report(step);

        public void OnEpoch(EpochMetrics metrics)
        {
        }

        public void OnCheckpoint(Trainer trainer, bool best)
        {
            if (best)
            {
                foreach (var weights in Best?.Values.ToArray() ?? [])
                {
                    weights.Dispose();
                }

                Best = trainer.Weights();
            }
        }

        public void OnWarning(string message)
        {
        }
    }
}
