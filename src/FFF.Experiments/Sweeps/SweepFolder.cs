using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FFF.Configuration;
using FFF.Evaluations;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>What a sweep keeps beside its runs, <c>NAME.sweep</c> in the folder of runs.</summary>
/// <remarks>
/// <c>sweep.yaml</c> is the resolved sweep, <c>trials.jsonl</c> lists the trials, <c>trials/0003.yaml</c> is a trial's resolved
/// experiment, <c>logs/</c> has what the trials said and what they failed with, <c>rungs.jsonl</c> which were
/// dropped early, and <c>jobs.jsonl</c> what was submitted to Slurm. How trials stand is
/// nowhere written down: it is read from their run folders, and from the notes of failures where those cannot tell.
/// </remarks>
internal sealed record SweepFolder
{
    private const string Extension = RunLocator.SweepExtension;

    /// <summary>What to do where the sweep's own files are damaged.</summary>
    public const string Remedy = "The command that started the sweep, fff sweep --config FILE, writes it anew.";

    private SweepFolder(string path)
    {
        Path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var name = System.IO.Path.GetFileName(Path);
        Name = name.EndsWith(Extension, StringComparison.Ordinal) ? name[..^Extension.Length] : name;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The sweep's name.</summary>
    public string Name { get; }

    /// <summary>The folder of runs, in which the trials' are too.</summary>
    public string RunsRoot => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The resolved sweep.</summary>
    public string SweepFile => File("sweep.yaml");

    /// <summary>The trials, one a line: see <see cref="TrialRecord"/>.</summary>
    public string TrialsFile => File("trials.jsonl");

    /// <summary>The jobs that were submitted, one a line: see <see cref="SlurmJob"/>.</summary>
    public string JobsFile => File("jobs.jsonl");

    /// <summary>What was decided at rungs, one a line: see <see cref="RungRecord"/>; made where trials are dropped early.</summary>
    public string RungsFile => File("rungs.jsonl");

    /// <summary>What the trials said.</summary>
    public string LogFolder => File("logs");

    /// <summary>A trial's resolved experiment.</summary>
    public string ConfigFile(int number) => File(System.IO.Path.Combine("trials", Numbered(number, "yaml")));

    /// <summary>What a trial that was started here said.</summary>
    public string LogFile(int number) => System.IO.Path.Combine(LogFolder, Numbered(number, "log"));

    /// <summary>Notes that a trial was started and ended with an error which its run folder may not tell, as there may be none.</summary>
    /// <param name="number">The trial's number.</param>
    /// <param name="message">What went wrong.</param>
    public void NoteFailure(int number, string message)
    {
        try
        {
            AtomicFile.WriteText(FailureFile(number), message + "\n");
        }
        catch (FileWriteException)
        {
            // What went wrong is told anyhow; this only keeps it.
        }
    }

    /// <summary>Forgets the failure of a trial that is started again.</summary>
    public void ForgetFailure(int number)
    {
        try
        {
            System.IO.File.Delete(FailureFile(number));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A run that is in use or finished counts for more than the note.
        }
    }

    /// <summary>What a trial's last start failed with; null where it did not.</summary>
    public string? Failure(int number) => System.IO.File.Exists(FailureFile(number)) ? InputFile.ReadText(FailureFile(number)).TrimEnd() : null;

    /// <summary>The lock of the process that trains a trial, from before it looks for the trial's runs until its end: no two train it twice.</summary>
    /// <returns>The lock; null where another process has it.</returns>
    /// <exception cref="FileWriteException">The folder cannot be written.</exception>
    public RunLock? TryLock(int number)
    {
        RunFolders.Ensure(LogFolder);
        return RunLock.TryTake(LockFile(number));
    }

    /// <summary>Whether a process trains a trial.</summary>
    public bool IsLocked(int number) => RunLock.IsHeld(LockFile(number));

    private string LockFile(int number) => System.IO.Path.Combine(LogFolder, Numbered(number, "lock"));

    private string FailureFile(int number) => System.IO.Path.Combine(LogFolder, Numbered(number, "failed"));

    /// <summary>Where a sweep of this name is, or will be.</summary>
    public static SweepFolder At(string runsRoot, string name) => new(System.IO.Path.Combine(runsRoot, name + Extension));

    /// <summary>
    /// Writes a sweep down, or finds it as it was written before; trials may have been added at its end since then, and damaged files are written anew.
    /// </summary>
    /// <param name="runsRoot">The folder of runs.</param>
    /// <param name="plan">The sweep.</param>
    /// <param name="warn">Is told of files that are damaged.</param>
    /// <exception cref="RunException">A sweep of this name with other trials is there.</exception>
    /// <exception cref="FileWriteException">The folder cannot be written.</exception>
    public static SweepFolder Create(string runsRoot, SweepPlan plan, Action<string>? warn = null)
    {
        var (folder, known) = Check(runsRoot, plan, problem => warn?.Invoke($"{problem} It is written anew."));
        RunFolders.Ensure(folder.LogFolder);
        RunFolders.Ensure(folder.File("trials"));
        foreach (var trial in plan.Trials.Where(trial => trial.Number >= known || folder.Damage(trial.Number) is not null))
        {
            folder.Write(trial);
        }

        // The list comes last: what it names is there.
        AtomicFile.WriteText(folder.SweepFile, Configuration.SweepFile.Write(plan.Sweep));
        AtomicFile.WriteText(folder.TrialsFile,
            string.Concat(plan.Trials.Select(trial => JsonSerializer.Serialize(Record(trial), SweepJson.Default.TrialRecord) + "\n")));
        return folder;
    }

    /// <summary>Where a sweep would be written down, and how many of its trials are already.</summary>
    /// <param name="runsRoot">The folder of runs.</param>
    /// <param name="plan">The sweep.</param>
    /// <param name="warn">Is told of files that are damaged.</param>
    /// <exception cref="RunException">A sweep of this name with other trials is there.</exception>
    public static (SweepFolder Folder, int Known) Check(string runsRoot, SweepPlan plan, Action<string>? warn = null)
    {
        RunFolders.RequireWritable(System.IO.Path.Combine(runsRoot, plan.Sweep.Name + Extension));
        var folder = At(runsRoot, plan.Sweep.Name);
        RunFolder.RefuseOtherCase(runsRoot, System.IO.Path.GetFileName(folder.Path));
        var listed = folder.Listed(warn);
        var known = listed?.Count ?? folder.WrittenConfigs();
        return known <= plan.Trials.Count && plan.Trials.Take(known).All(trial => folder.Holds(trial, listed?[trial.Number], warn))
            ? (folder, known)
            : throw new RunException($"The sweep '{folder.Name}' is there already, with other trials, in '{folder.Path}'. "
                + "Give this one another name, or remove that folder and its runs.");
    }

    /// <summary>Finds a sweep by its name or the path of its folder.</summary>
    /// <exception cref="RunException">There is no such sweep; the message names near ones.</exception>
    public static SweepFolder Find(string runsRoot, string sweep)
    {
        string[] candidates = [System.IO.Path.Combine(runsRoot, sweep + Extension), System.IO.Path.Combine(runsRoot, sweep), sweep];
        if (candidates.Select(path => new SweepFolder(path)).FirstOrDefault(folder => System.IO.File.Exists(folder.TrialsFile)) is { } found)
        {
            return found;
        }

        var known = Names(runsRoot);
        throw new RunException(known.Count == 0
            ? $"There is no sweep '{sweep}': '{System.IO.Path.GetFullPath(runsRoot)}' holds no sweeps. "
                + "Start one with 'fff sweep --config FILE', or name their folder with --runs."
            : $"There is no sweep '{sweep}' in '{System.IO.Path.GetFullPath(runsRoot)}'. Near: {string.Join(", ", NearestKey.InOrder(sweep, known).Take(5))}.");
    }

    /// <summary>The names of all sweeps in a folder of runs.</summary>
    public static IReadOnlyList<string> Names(string runsRoot) => Directory.Exists(runsRoot)
        ? [.. Directory.EnumerateDirectories(runsRoot, "*" + Extension).Select(path => new SweepFolder(path).Name).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The sweep as it was written down.</summary>
    /// <exception cref="ConfigurationException">The file was changed and is no sweep any more.</exception>
    public SweepConfig ReadSweep() => Configuration.SweepFile.Load([SweepFile], []);

    /// <summary>What the trials set that were written down; empty where there are none, or their list is damaged.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Begun() => [.. (Listed(null) ?? []).Select(trial => trial.Values)];

    /// <summary>The trials by number.</summary>
    /// <exception cref="FileReadException">The list is missing or damaged.</exception>
    public IReadOnlyList<TrialRecord> ReadTrials() => ReadLines(TrialsFile, SweepJson.Default.TrialRecord, Remedy);

    /// <summary>What is wrong with a trial's file, and what to do; null where it can be read.</summary>
    public string? Damage(int number)
    {
        try
        {
            ExperimentFile.Load([ConfigFile(number)], []);
            return null;
        }
        catch (ConfigurationException e)
        {
            return $"The file of trial {number} is damaged: {e.Message}{(e.Message.EndsWith('.') ? "" : ".")}";
        }
    }

    /// <summary>The trial of this number, as its run's manifest notes it.</summary>
    /// <exception cref="FileReadException">The list is missing or damaged.</exception>
    /// <exception cref="RunException">There is no such trial.</exception>
    public TrialRecord ReadTrial(int number) => ReadTrials() is var trials && number >= 0 && number < trials.Count
        ? trials[number]
        : throw new RunException($"The sweep '{Name}' has no trial {number}: they are numbered from 0 to {trials.Count - 1}.");

    /// <summary>The jobs that were submitted so far.</summary>
    /// <exception cref="FileReadException">The list is damaged.</exception>
    public IReadOnlyList<SlurmJob> ReadJobs() => System.IO.File.Exists(JobsFile)
        ? ReadLines(JobsFile, SweepJson.Default.SlurmJob, "Remove it: it only tells which jobs in Slurm's queue are the sweep's.")
        : [];

    /// <summary>Notes a job that was submitted.</summary>
    /// <exception cref="FileWriteException">The list cannot be written.</exception>
    public void Add(SlurmJob job)
    {
        using var turn = FileTurn.Take(JobsFile);
        AtomicFile.WriteText(JobsFile, string.Concat(ReadJobs().Append(job).Select(one => JsonSerializer.Serialize(one, SweepJson.Default.SlurmJob) + "\n")));
    }

    /// <summary>What was decided at rungs so far.</summary>
    /// <exception cref="FileReadException">The list is damaged.</exception>
    public IReadOnlyList<RungRecord> ReadRungs() => System.IO.File.Exists(RungsFile)
        ? ReadLines(RungsFile, SweepJson.Default.RungRecord, "Remove it: trials are judged anew then.")
        : [];

    /// <summary>Decides whether a trial goes on at a rung, once; trials that come there at the same time take turns.</summary>
    /// <param name="trial">The trial's number.</param>
    /// <param name="rung">The rung.</param>
    /// <param name="value">What it is judged by.</param>
    /// <param name="goes">Whether it goes on, by the values of those that came to the rung before.</param>
    /// <exception cref="FileReadException">The list of decisions is damaged.</exception>
    /// <exception cref="FileWriteException">It cannot be written.</exception>
    public RungRecord Decide(int trial, int rung, double value, Func<IReadOnlyCollection<double>, bool> goes)
    {
        using var turn = FileTurn.Take(RungsFile);
        var decided = ReadRungs();
        if (decided.FirstOrDefault(record => record.Trial == trial && record.Rung == rung) is { } before)
        {
            return before;
        }

        var decision = new RungRecord(trial, rung, value, goes([.. decided.Where(record => record.Rung == rung).Select(record => record.Value)]));
        AtomicFile.WriteText(RungsFile,
            string.Concat(decided.Append(decision).Select(record => JsonSerializer.Serialize(record, SweepJson.Default.RungRecord) + "\n")));
        return decision;
    }

    /// <summary>The trials that the list has; null where it is damaged.</summary>
    private IReadOnlyList<TrialRecord>? Listed(Action<string>? warn)
    {
        try
        {
            return System.IO.File.Exists(TrialsFile) ? ReadTrials() : [];
        }
        catch (FileReadException e)
        {
            warn?.Invoke(e.Message.Replace(Remedy, "", StringComparison.Ordinal).TrimEnd());
            return null;
        }
    }

    /// <summary>How many trials have a file.</summary>
    private int WrittenConfigs() => Enumerable.Range(0, int.MaxValue).TakeWhile(number => System.IO.File.Exists(ConfigFile(number))).Count();

    private static List<T> ReadLines<T>(string path, JsonTypeInfo<T> type, string remedy)
    {
        using var reader = new StreamReader(InputFile.Open(path));
        var records = new List<T>();
        while (reader.ReadLine() is { } line)
        {
            try
            {
                records.Add(JsonSerializer.Deserialize(line, type) ?? throw new FileReadException(path, $"line {records.Count + 1}: holds null."));
            }
            catch (JsonException e)
            {
                throw new FileReadException(path, $"line {records.Count + 1}: {e.Message} {remedy}", e);
            }
        }

        return records;
    }

    private static string Numbered(int number, string extension) => string.Create(CultureInfo.InvariantCulture, $"{number:D4}.{extension}");

    /// <summary>A trial as the list keeps it.</summary>
    public static TrialRecord Record(Trial trial) =>
        new(trial.Number, trial.Experiment.Name, trial.Experiment.Seed, trial.Values, EvaluationFiles.Headlines(trial.Experiment));

    /// <summary>Whether a trial is the one that was written down; where its file is damaged, the list tells.</summary>
    private bool Holds(Trial trial, TrialRecord? listed, Action<string>? warn)
    {
        var file = ConfigFile(trial.Number);
        var text = Text(trial.Experiment);
        if (System.IO.File.Exists(file) && InputFile.ReadText(file) == text)
        {
            return true;
        }

        if (Damage(trial.Number) is { } damage)
        {
            warn?.Invoke(damage);
            return listed is not null && Key(listed) == Key(Record(trial));
        }

        // What an earlier version wrote, as this one writes it.
        return Text(ExperimentFile.Load([file], [])) == text;
    }

    /// <summary>What tells a trial from others, as text, since records that hold lists are compared by the lists' references.</summary>
    private static string Key(TrialRecord trial) => JsonSerializer.Serialize(trial with { Results = [] }, SweepJson.Default.TrialRecord);

    private void Write(Trial trial) => AtomicFile.WriteText(ConfigFile(trial.Number), Text(trial.Experiment));

    /// <summary>A trial's experiment as its file has it: with paths that hold where the project is moved.</summary>
    private string Text(Experiment experiment) => ExperimentFile.WriteIn(File("trials"), experiment);

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
