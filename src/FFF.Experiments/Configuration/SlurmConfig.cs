using System.ComponentModel.DataAnnotations;

namespace FFF.Configuration;

/// <summary>What each trial of a sweep asks Slurm for; what is left out is the cluster's default.</summary>
internal sealed record SlurmConfig
{
    private const string Word = @"^[A-Za-z0-9._:,=+*-]+$";
    private const string WordMessage = "a name without blanks";

    /// <summary>The partition.</summary>
    [RegularExpression(Word, ErrorMessage = WordMessage)]
    public string? Partition { get; init; }

    /// <summary>The time limit of a trial, such as 30 (minutes), 2:00:00 or 1-00:00:00. A trial that reaches it saves and is queued again.</summary>
    [RegularExpression(@"^([0-9]+-)?[0-9]+(:[0-9]{1,2}){0,2}$", ErrorMessage = "minutes, HH:MM:SS or D-HH:MM:SS, in quotes where YAML would read a number")]
    public string? Time { get; init; }

    /// <summary>Machines that share each batch of a trial, with <see cref="TasksPerNode"/> processes on each.</summary>
    [Range(1, 1000)]
    public int Nodes { get; init; } = 1;

    /// <summary>Processes on each machine that share each batch of a trial; with graphics cards, one for each card.</summary>
    [Range(1, 1000)]
    public int TasksPerNode { get; init; } = 1;

    /// <summary>Graphics cards of a trial, such as 1 or a100:1.</summary>
    [RegularExpression(Word, ErrorMessage = WordMessage)]
    public string? Gpus { get; init; }

    /// <summary>Processor cores of each process.</summary>
    [Range(1, 10_000)]
    public int? Cpus { get; init; }

    /// <summary>Memory on each machine, such as 8G.</summary>
    [RegularExpression(@"^[0-9]+[KMGT]?$", ErrorMessage = "a number with K, M, G or T, such as 8G")]
    public string? Memory { get; init; }

    /// <summary>At most so many trials at a time.</summary>
    [Range(1, 100_000)]
    public int? MaxParallel { get; init; }

    /// <summary>So many seconds before its time is over, a trial is asked to save.</summary>
    [Range(1, 65_535)]
    public int SaveSeconds { get; init; } = 60;

    /// <summary>Further options of sbatch, such as --account=physics.</summary>
    [RegularExpression(@"^--?[^\r\n]+$", ErrorMessage = "an option of sbatch on one line, such as --account=physics")]
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Lines of bash that come before the program is started, such as module load cuda.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];
}
