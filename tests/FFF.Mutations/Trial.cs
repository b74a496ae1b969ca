namespace FFF.Mutations;

/// <summary>What came of a change.</summary>
/// <param name="Mutation">The change.</param>
/// <param name="Outcome">"caught", "timed out", "out of memory", "survived", "not reached" or "equivalent".</param>
/// <param name="By">The test that failed, or why the change is equivalent.</param>
/// <param name="Classes">How many test classes reach it.</param>
/// <param name="Seconds">How long the tests ran.</param>
internal sealed record Trial(Mutation Mutation, string Outcome, string By, int Classes, double Seconds)
{
    /// <summary>Whether tests noticed: a run that does not end, or takes all memory, is noticed too.</summary>
    public bool IsCaught => Outcome is "caught" or "timed out" or "out of memory";

    /// <summary>Runs the classes that reach a change up to the first failure: those of its folder first, of these the fast ones.</summary>
    public static Trial Of(Mutation mutation, TestProgram tests, Reach[] reach)
    {
        var folder = mutation.File.Split('/')[^2];
        Reach[] reaching = [.. reach.Where(one => one.Passed && one.Mutants.Contains(mutation.Id))
            .OrderByDescending(one => one.Name.Split('.').Contains(folder)).ThenBy(one => one.Seconds)];
        var seconds = 0.0;
        foreach (var batch in Batches(reaching))
        {
            // Far longer than without the change, as a test may take longer to fail than to pass.
            var run = tests.Run(batch.Select(one => one.Name), TimeSpan.FromSeconds(15 + (4 * batch.Sum(one => one.Seconds))), mutation.Id);
            seconds += run.Seconds;
            if (run.ExitCode != 0)
            {
                return new(mutation, run.Reason.Length > 0 ? run.Reason : "caught", TestProgram.Failure(run), reaching.Length, seconds);
            }
        }

        return new(mutation, reaching.Length == 0 ? "not reached" : "survived", "", reaching.Length, seconds);
    }

    /// <summary>Classes that share a process, as starting one takes a second: few at first, which catch most.</summary>
    private static IEnumerable<List<Reach>> Batches(Reach[] reaching)
    {
        var (batch, most) = (new List<Reach>(), 6.0);
        foreach (var one in reaching)
        {
            if (batch.Count > 0 && batch.Sum(other => other.Seconds) + one.Seconds > most)
            {
                yield return batch;
                (batch, most) = ([], 3 * most);
            }

            batch.Add(one);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
