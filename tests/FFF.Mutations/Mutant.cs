namespace FFF.Mutations;

/// <summary>Chooses, in a library that was compiled with all changes at once, the one that FFF_MUTANT names.</summary>
internal static class Mutant
{
    private static readonly int Active = int.TryParse(System.Environment.GetEnvironmentVariable("FFF_MUTANT"), out var id) ? id : -1;
    private static readonly bool[]? Reached = Record(System.Environment.GetEnvironmentVariable("FFF_MUTANTS_REACHED"));

    /// <summary>Whether a change is the active one; that it was asked for is recorded where FFF_MUTANTS_REACHED names a folder.</summary>
    public static bool Is(int id)
    {
        if (Reached is not null)
        {
            Reached[id] = true;
        }

        return id == Active;
    }

    private static bool[]? Record(string? folder)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return null;
        }

        var reached = new bool[100_000];
        System.AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.File.WriteAllLines(
            System.IO.Path.Combine(folder, $"{typeof(Mutant).Assembly.GetName().Name}-{System.Environment.ProcessId}"),
            System.Linq.Enumerable.Select(System.Linq.Enumerable.Where(System.Linq.Enumerable.Range(0, reached.Length), id => reached[id]), id => $"{id}"));
        return reached;
    }
}
