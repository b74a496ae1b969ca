using FFF.Datasets;
using FFF.Evaluations;
using FFF.Runs;
using FFF.Training;
using Serilog;

namespace FFF.Experiments;

/// <summary>Keeps a run's metrics, checkpoints, log and manifest as training tells of them.</summary>
internal sealed class RunRecorder(RunFolder folder, DensityModel flow, Dataset dataset, CheckpointsConfig kept, ILogger log,
    MetricsWriter metrics, IProgress<TrainingProgress>? progress) : ITrainingObserver
{
    /// <summary>The columns of metrics.csv beside the step.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "epoch", "seconds", "learning_rate", "beta", "loss", "latent_nll", "reconstruction", "inverse_error", "gradient_norm", "skipped_steps", "spikes",
        "val_nll", "val_nll_decoder", RunDoubts.JudgedValidation, "val_reconstruction", "val_objective",
    ];

    /// <summary>What speaks against trusting the last validation; null where there has been none yet.</summary>
    private IReadOnlyList<string>? _doubts;

    /// <inheritdoc/>
    public void OnStep(in TrainingProgress step) => progress?.Report(step);

    /// <inheritdoc/>
    public void OnEpoch(EpochMetrics epoch)
    {
        var row = new Dictionary<string, double?>
        {
            ["epoch"] = epoch.Epoch,
            ["seconds"] = epoch.Seconds,
            ["learning_rate"] = epoch.LearningRate,
            ["beta"] = epoch.Beta,
            ["loss"] = epoch.Loss,
            ["latent_nll"] = epoch.LatentNll,
            ["reconstruction"] = epoch.Reconstruction,
            ["inverse_error"] = epoch.InverseError,
            ["gradient_norm"] = epoch.GradientNorm,
            ["skipped_steps"] = epoch.SkippedSteps,
            ["spikes"] = epoch.Spikes,
        };
        if (epoch.Validation is { } validation)
        {
            row["val_nll"] = validation.Nll;
            row["val_nll_decoder"] = validation.NllDecoder;
            row[RunDoubts.JudgedValidation] = validation.NllJudged;
            row["val_reconstruction"] = validation.Reconstruction;
            row["val_objective"] = validation.Objective;
            _doubts =
            [
                .. dataset.DoubtsOf(HeldOut.OfValidation),
                .. Folding.Doubts(validation.EncoderOrientation, validation.DecoderOrientation, null, "the validation data"),
                .. validation.NllJudged is { } judged
                    ? Folding.Spurious(validation.Nll, validation.NllDecoder, judged, validation.DensityDimension)
                    : [],
            ];
            Log(epoch, validation);
        }

        // Left out: what the method has no value for, and a mean over no step, when all of an epoch's were skipped.
        metrics.Append(epoch.Step,
            row.Where(cell => cell.Value is { } value && !double.IsNaN(value)).ToDictionary(cell => cell.Key, cell => cell.Value!.Value));
    }

    /// <inheritdoc/>
    public void OnCheckpoint(Trainer trainer, bool best)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var weights = flow.Tensors(trainer.Weights());
        var notes = new Dictionary<string, string>
        {
            [CountersNote.Name] = CountersNote.Write(trainer.Counters),
            [ColumnNote.Name] = ColumnNote.Write(dataset.Columns),
            [ColumnNote.ConditionsName] = ColumnNote.Write(dataset.ConditionColumns),
        };
        Checkpoint Of(string kind) => new(
            new CheckpointInfo(kind, trainer.Counters.Step, trainer.Epoch, notes),
            weights, kind == "last" ? trainer.State() : null);
        metrics.Flush();
        if (best)
        {
            Of("best").Save(folder.BestCheckpoint);
        }

        var isEpochEnd = trainer.Counters.Step % trainer.StepsPerEpoch == 0;
        if (isEpochEnd && (kept.KeepLast > 0 || kept.IsKept(trainer.Epoch)))
        {
            Of("epoch").Save(folder.EpochCheckpoint(trainer.Epoch));
        }

        Of("last").Save(folder.LastCheckpoint);
        EpochCheckpoints.Prune(folder, kept.KeepLast, kept.IsKept);
        Manifest.Change(folder.ManifestFile, manifest =>
            manifest.With(trainer.Counters, trainer.Epoch) with { Doubts = RunDoubts.With(manifest.Doubts, RunDoubts.Validation, _doubts) });
    }

    /// <inheritdoc/>
    public void OnWarning(string message) => log.Warning("{Warning:l}", message);

    private void Log(EpochMetrics epoch, ValidationMetrics validation)
    {
        var words = "Epoch {Epoch}: validation NLL {Nll:F4} (decoder {NllDecoder:F4}), reconstruction {Reconstruction:G4}, "
            + "learning rate {LearningRate:G3}";
        List<object> values = [epoch.Epoch, validation.Nll, validation.NllDecoder, validation.Reconstruction, epoch.LearningRate];
        void Add(string more, object? value)
        {
            if (value is not null)
            {
                words += more;
                values.Add(value);
            }
        }

        Add(", β {Beta:G4}", epoch.Beta);

        // Networks that nobody trained fold at random; of an early validation that is no more than a number to follow.
        Add(", encoder folded {EncoderFolded:P1}", Folding.Share(validation.EncoderOrientation));
        Add(", decoder folded {DecoderFolded:P1}", Folding.Share(validation.DecoderOrientation));
        log.Information(words, [.. values]);
    }
}
