using System.Globalization;
using FFF.Distributed;
using FFF.Experiments;
using FFF.Native;

namespace FFF.Cli.Ranks;

/// <summary>The part of the first of several processes before the training: it tells the others what to train, and all tell whether they can.</summary>
internal sealed class RankLead : IDisposable
{
    private readonly RankHelpers? _helpers;
    private bool _isTold;
    private bool _isReady;

    /// <summary>Meets the others.</summary>
    /// <param name="place">This process's place; null where the others are yet to be started.</param>
    /// <param name="size">How many to start, with this one.</param>
    /// <param name="command">The command that those carry out.</param>
    /// <param name="stop">Gives up waiting for them.</param>
    /// <exception cref="ProcessGroupException">They do not come.</exception>
    public RankLead(RankPlace? place, int size, IReadOnlyList<string> command, CancellationToken stop = default)
    {
        Libtorch.Load();
        C10dGroup.RequireEngine();
        _helpers = place is null ? new RankHelpers(size, command) : null;
        Place = place ?? _helpers!.Place;
        try
        {
            Group = C10dGroup.Meet(Place, _helpers is null ? null : _helpers.Problem, stop);
        }
        catch
        {
            _helpers?.Dispose();
            throw;
        }
    }

    /// <summary>This process's place.</summary>
    public RankPlace Place { get; }

    /// <summary>All processes.</summary>
    public ProcessGroup Group { get; }

    /// <summary>Tells the others what to train.</summary>
    public void Tell(RankPlan plan)
    {
        _isTold = true;
        Group.Share(plan.Write());
    }

    /// <summary>Waits until all have made what training needs.</summary>
    /// <exception cref="CommandException">One of them cannot.</exception>
    /// <param name="run">What this one has made.</param>
    public void AwaitAll(TrainingRun run)
    {
        _isReady = true;
        Require(Group, run);
    }

    /// <summary>Lets the others end, as this process cannot go on; once the training has begun, that tells them.</summary>
    public void Dismiss(Exception reason)
    {
        try
        {
            if (!_isTold)
            {
                Tell(new RankPlan(null, Failures.CodeOf(reason)));
            }
            else if (!_isReady)
            {
                _isReady = true;
                Group.Gather(Obstacle(reason));
            }
        }
        catch (PeerException)
        {
            // Nobody is left to be told.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _helpers?.Dispose();

    /// <summary>An obstacle as it is told to the others: the exit code that it calls for, and the message.</summary>
    public static string Obstacle(Exception reason) =>
        $"{Failures.CodeOf(reason).ToString(CultureInfo.InvariantCulture)}\n{Failures.Message(reason)}";

    /// <summary>Throws the obstacle of the first rank that has one, or reads other data.</summary>
    /// <exception cref="CommandException">One has, or does.</exception>
    public static void Require(ProcessGroup group, TrainingRun run)
    {
        if (group.Gather("").Index().FirstOrDefault(entry => entry.Item.Length > 0) is (var rank, { } obstacle)
            && obstacle.Split('\n', 2) is [var code, var message])
        {
            throw new CommandException(int.Parse(code, CultureInfo.InvariantCulture),
                $"rank {rank} of the {group.Size} processes cannot begin: {message}");
        }

        var marks = group.Gather(run.DataMark);
        if (marks.Index().FirstOrDefault(entry => entry.Item != marks[0]) is (var other, { }))
        {
            throw new CommandException(ExitCode.Usage, $"rank {other} of the {group.Size} processes reads other data than rank 0: all need the same files.");
        }
    }
}
