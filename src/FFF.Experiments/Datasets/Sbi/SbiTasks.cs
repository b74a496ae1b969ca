namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's tasks by name; a new task is one file and one line here.</summary>
public static class SbiTasks
{
    private static readonly ISbiTask[] All =
    [
        new GaussianLinearTask(),
        new GaussianLinearUniformTask(),
        new SlcpTask(),
        new SlcpDistractorsTask(),
        new BernoulliGlmTask(),
        new BernoulliGlmRawTask(),
        new GaussianMixtureTask(),
        new TwoMoonsTask(),
        new SirTask(),
        new LotkaVolterraTask(),
    ];

    /// <summary>The names of all tasks, in the order of the benchmark's publication, T.1 to T.10.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(t => t.Name)];

    /// <summary>The task of this name.</summary>
    /// <exception cref="DatasetException">There is none; the message lists the names.</exception>
    public static ISbiTask Get(string name) => All.FirstOrDefault(t => t.Name == name)
        ?? throw new DatasetException($"There is no benchmark task '{name}'. The tasks are: {string.Join(", ", Names)}.");
}
