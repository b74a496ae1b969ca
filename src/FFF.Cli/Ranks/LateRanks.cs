using FFF.Configuration;
using FFF.Distributed;

namespace FFF.Cli.Ranks;

/// <summary>
/// The other processes of a training that this one leads. Those that torchrun or srun started are met at once, as they wait to be told even that the
/// command is wrong; those of <c>--processes</c> are started once it is known what to train.
/// </summary>
/// <param name="place">This process's place among those that others started; null where there are none.</param>
/// <param name="size">How many to start, with this one, where there are none.</param>
internal sealed class LateRanks(RankPlace? place, int size) : IDisposable
{
    /// <summary>This process's place among those that others started; null where there are none.</summary>
    public RankPlace? Place => place;

    /// <summary>The others, once they were met.</summary>
    public RankLead? Lead { get; private set; }

    /// <summary>Meets those that others started.</summary>
    /// <exception cref="ProcessGroupException">They do not come.</exception>
    public void Meet() => Lead = new RankLead(place, place!.Size, []);

    /// <summary>Meets them, or starts them now.</summary>
    /// <param name="experiment">What is trained.</param>
    /// <param name="stop">Gives up waiting for them.</param>
    /// <exception cref="CommandException">There are too many of them for the experiment, or it was asked to stop.</exception>
    /// <exception cref="ProcessGroupException">They do not come.</exception>
    public RankLead Meet(Experiment experiment, CancellationToken stop)
    {
        if (Lead is null && size > experiment.Training.BatchSize)
        {
            throw new CommandException(ExitCode.Usage,
                $"--processes {size}: batches have {experiment.Training.BatchSize} samples (training.batch_size), and each process needs one at least.");
        }

        try
        {
            return Lead ??= new RankLead(null, size, [Commands.TrainCommand.NameOfCommand], stop);
        }
        catch (OperationCanceledException e)
        {
            throw new CommandException(ExitCode.Interrupted, "interrupted before the training began: nothing was written.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Lead?.Dispose();
}
