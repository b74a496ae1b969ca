using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Formats;
using FFF.Runs;
using FFF.Sweeps;
using FFF.Training;

namespace FFF.Cli.Parsing;

/// <summary>Asks a trial to stop where its sweep drops it early.</summary>
internal sealed class TrialJudge : IProgress<TrainingProgress>, IDisposable
{
    private readonly Halving _halving;
    private readonly IProgress<TrainingProgress> _view;
    private readonly CancellationToken _asked;
    private readonly CancellationTokenSource _stop;

    private TrialJudge(Halving halving, IProgress<TrainingProgress> view, CancellationToken asked) =>
        (_halving, _view, _asked, _stop) = (halving, view, asked, CancellationTokenSource.CreateLinkedTokenSource(asked));

    /// <summary>The request to stop, by the user or by the sweep.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The judge of a trial; null where there is no trial, or its sweep drops none.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="experiment">What it trains.</param>
    /// <param name="view">Is told the progress, too.</param>
    /// <param name="asked">The user's request to stop.</param>
    public static TrialJudge? Of(TrialChoice? trial, Experiment experiment, IProgress<TrainingProgress> view, CancellationToken asked) =>
        trial?.Sweep.ReadSweep().Halving is { } halving
            ? new(new Halving(trial.Sweep, halving, trial.Record.Number, experiment.Training.Epochs), view, asked)
            : null;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        _view.Report(value);
        if (value.Last is { Validation: { } validation } last
            && !_halving.Goes(last.Epoch, validation.NllJudged ?? Math.Max(validation.Nll, validation.NllDecoder)))
        {
            _stop.Cancel();
        }
    }

    /// <summary>Notes in the run that it was dropped.</summary>
    /// <returns>What is noted; null where it was not dropped, or the user asked to stop as well.</returns>
    public string? Note(RunFolder folder)
    {
        if (_asked.IsCancellationRequested || _halving.Dropped is not { } dropped)
        {
            return null;
        }

        var message = $"Dropped by its sweep: with an NLL of {Words.Number(dropped.Value)} after {NumberText.Counted(dropped.Rung, "epoch")} it is not among "
            + $"the best. Go on with it nevertheless by: fff train --resume {Words.Name(folder)}";
        Manifest.Change(folder.ManifestFile, manifest => manifest with { Status = RunStatus.Dropped, Message = message });
        return message;
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
