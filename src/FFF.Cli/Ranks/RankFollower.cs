using FFF.Distributed;
using FFF.Experiments;
using FFF.Native;
using FFF.Runs;

namespace FFF.Cli.Ranks;

/// <summary>A process that takes part in a training which another one leads: it reads no command line, and writes no files and no results.</summary>
internal static class RankFollower
{
    /// <summary>Trains what rank 0 tells.</summary>
    /// <returns>The exit code, the same as that of rank 0.</returns>
    public static int Run(RankPlace place)
    {
        try
        {
            Libtorch.Load();
            using var interruption = new Interruption("Stopping after this step.");
            var group = C10dGroup.Meet(place, stop: interruption.Token);
            var plan = RankPlan.Read(group.Share(""));
            return plan.Configuration is null ? plan.Code : Train(place, group, plan, interruption.Token);
        }
        catch (PeerException e)
        {
            return Silently(place, e);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static int Train(RankPlace place, ProcessGroup group, RankPlan plan, CancellationToken stop)
    {
        TrainingRun run;
        try
        {
            run = Make(place, group, plan, stop);
        }
        catch (Exception e) when (e is not PeerException)
        {
            // Rank 0 says it.
            group.Gather(RankLead.Obstacle(e));
            return Failures.CodeOf(e);
        }

        using (run)
        {
            try
            {
                RankLead.Require(group, run);
                return run.Follow(stop) ? ExitCode.Done : ExitCode.Interrupted;
            }
            catch (CommandException e)
            {
                return e.ExitCode;
            }
            catch (Exception e) when (e is not PeerException)
            {
                return Failures.CodeOf(e);
            }
        }
    }

    private static TrainingRun Make(RankPlace place, ProcessGroup group, RankPlan plan, CancellationToken stop) =>
        new(plan.Experiment(), new TrainingRunOptions
        {
            RunsRoot = "",
            Device = plan.Device,
            GoesOn = plan.GoesOn is null ? null : RunLocator.Find("", plan.GoesOn),
            Extends = plan.Extends,
            AcceptsChangedData = plan.AcceptsChangedData,
            From = plan.From is null ? null : WarmStart.At(plan.From),
            Group = group,
            Place = place,
        }, stop);

    /// <summary>What has failed is said by rank 0, but for its own loss; a helper's terminal is that of rank 0.</summary>
    private static int Silently(RankPlace place, PeerException e)
    {
        if (e.IsLost && !place.IsHelper)
        {
            Console.Error.WriteLine($"fff: rank {place.Rank}: {e.Message}");
        }

        return ExitCode.Failed;
    }
}
