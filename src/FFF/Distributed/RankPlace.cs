using System.Globalization;
using FFF.Native;

namespace FFF.Distributed;

/// <summary>Which of several processes this one is, and where they meet.</summary>
/// <param name="Rank">Its number, from 0.</param>
/// <param name="Size">How many there are.</param>
/// <param name="LocalRank">Its number on this machine.</param>
/// <param name="LocalSize">How many there are on this machine.</param>
/// <param name="Meeting">Where they meet.</param>
internal sealed record RankPlace(int Rank, int Size, int LocalRank, int LocalSize, MeetingPlace Meeting)
{
    /// <summary>The file by which processes of one machine meet that the program has started itself.</summary>
    public const string FileVariable = "FFF_RANKS_FILE";

    /// <summary>The most processes: numbers beyond are mistakes.</summary>
    public const int MaxSize = 4096;

    /// <summary>Whether the program started this process itself, which then has someone who speaks for it.</summary>
    public bool IsHelper => Rank > 0 && Meeting.File is not null;

    /// <summary>What torchrun's variables, or else those of a Slurm step, say; null for a process of its own.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="ProcessGroupException">They say what cannot be.</exception>
    public static RankPlace? FromEnvironment(Func<string, string?> variable)
    {
        var read = new Variables(variable);
        return read.Has("RANK") || read.Has("WORLD_SIZE") ? OfTorchrun(read) : OfSlurm(read);
    }

    /// <summary>The variables by which this process's helper of another rank finds its place.</summary>
    public IEnumerable<(string Name, string Value)> Environment() =>
    [
        ("RANK", Text(Rank)), ("WORLD_SIZE", Text(Size)), ("LOCAL_RANK", Text(LocalRank)), ("LOCAL_WORLD_SIZE", Text(LocalSize)),
        (FileVariable, Meeting.File ?? ""),
    ];

    /// <summary>
    /// Threads of a process, so that those of one machine share its cores; null where <c>OMP_NUM_THREADS</c> says how many, which libtorch reads itself.
    /// </summary>
    public int? Threads() => Threads(System.Environment.GetEnvironmentVariable, System.Environment.ProcessorCount);

    /// <inheritdoc cref="Threads()"/>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="cores">Cores that this process may use.</param>
    public int? Threads(Func<string, string?> variable, int cores)
    {
        var read = new Variables(variable);
        if (read.Has(UsableCores.OpenMpVariable))
        {
            return null;
        }

        // srun binds each task to cores of its own, if it binds.
        return read.Has(UsableCores.SlurmVariable) ? Math.Min(cores, read.Number(UsableCores.SlurmVariable, 1, int.MaxValue))
            : read.Has("SLURM_CPUS_ON_NODE") ? Math.Clamp(read.Number("SLURM_CPUS_ON_NODE", 1, int.MaxValue) / LocalSize, 1, cores)
            : Math.Max(1, cores / LocalSize);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static RankPlace? OfTorchrun(Variables read)
    {
        var size = read.Number("WORLD_SIZE", 1, MaxSize);
        var rank = read.Number("RANK", 0, size - 1);
        if (size == 1)
        {
            return null;
        }

        var localSize = read.Has("LOCAL_WORLD_SIZE") ? read.Number("LOCAL_WORLD_SIZE", 1, size) : 1;
        var localRank = read.Has("LOCAL_RANK") ? read.Number("LOCAL_RANK", 0, Math.Max(localSize, size) - 1) : 0;
        if (read.Has(FileVariable))
        {
            return new(rank, size, localRank, localSize, new MeetingPlace { File = read.Word(FileVariable) });
        }

        // torchrun may listen itself, and start all ranks anew after one has failed.
        var meeting = new MeetingPlace
        {
            Host = read.Word("MASTER_ADDR"),
            Port = read.Number("MASTER_PORT", 1, ushort.MaxValue),
            IsHere = rank == 0 && !string.Equals(read.Maybe("TORCHELASTIC_USE_AGENT_STORE"), "true", StringComparison.OrdinalIgnoreCase),
            Attempt = read.Maybe("TORCHELASTIC_RESTART_COUNT") ?? "0",
        };
        return new(rank, size, localRank, localSize, meeting);
    }

    /// <summary>
    /// A step of srun with several tasks. The script of a job with several tasks is one process, and so is a task of an array: they are known by
    /// having no step, or one of a single task.
    /// </summary>
    private static RankPlace? OfSlurm(Variables read)
    {
        if (!read.Has("SLURM_STEP_ID") || !read.Has("SLURM_PROCID"))
        {
            return null;
        }

        var size = read.Has("SLURM_STEP_NUM_TASKS") ? read.Number("SLURM_STEP_NUM_TASKS", 1, MaxSize) : read.Number("SLURM_NTASKS", 1, MaxSize);
        if (size == 1)
        {
            return null;
        }

        var rank = read.Number("SLURM_PROCID", 0, size - 1);
        var localRank = read.Has("SLURM_LOCALID") ? read.Number("SLURM_LOCALID", 0, size - 1) : 0;
        var nodes = SlurmNodes.Expand(read.Maybe("SLURM_STEP_NODELIST") ?? read.Word("SLURM_JOB_NODELIST")).ToList();
        var node = read.Has("SLURM_NODEID") ? read.Number("SLURM_NODEID", 0, nodes.Count - 1) : 0;
        var tasks = SlurmNodes.Tasks(read.Maybe("SLURM_STEP_TASKS_PER_NODE") ?? "").ToList();
        var meeting = new MeetingPlace
        {
            Host = read.Maybe("MASTER_ADDR") ?? (nodes.Count == 1 ? MeetingPlace.Loopback : nodes[0]),
            Port = read.Has("MASTER_PORT") ? read.Number("MASTER_PORT", 1, ushort.MaxValue) : PortOf(read),
            IsHere = rank == 0,
            Attempt = read.Maybe("SLURM_RESTART_COUNT") ?? "0",
        };
        return new(rank, size, localRank, node < tasks.Count ? tasks[node] : nodes.Count == 1 ? size : localRank + 1, meeting);
    }

    /// <summary>Steps of one machine that run at the same time shall not meet, and nobody is given these ports by the system.</summary>
    private static int PortOf(Variables read)
    {
        const int First = 20_000;
        const int Count = 12_000;
        var (job, step) = (read.Number("SLURM_JOB_ID", 0, int.MaxValue), read.Number("SLURM_STEP_ID", 0, int.MaxValue));
        return First + (int)((((long)job * 31) + step) % Count);
    }

    /// <summary>Environment variables, and what is wrong with them.</summary>
    private sealed class Variables(Func<string, string?> read)
    {
        public bool Has(string name) => Maybe(name) is not null;

        public string? Maybe(string name) => string.IsNullOrWhiteSpace(read(name)) ? null : read(name)!.Trim();

        public string Word(string name) => Maybe(name) ?? throw Wrong(name, "a value", null);

        public int Number(string name, int least, int most) =>
            int.TryParse(Maybe(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw Wrong(name, most == int.MaxValue ? "a whole number" : $"a whole number from {least} to {most}", Maybe(name));

        private static ProcessGroupException Wrong(string name, string expected, string? found) =>
            new($"the environment variable {name} tells which of several processes this is: expected {expected}, found "
                + $"{(found is null ? "nothing" : $"'{found}'")}. torchrun and srun set it with the others; without RANK and WORLD_SIZE this is a run "
                + "of one process, and --processes N starts several.");
    }
}
