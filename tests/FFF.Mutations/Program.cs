using System.CommandLine;
using System.Security.Cryptography;
using FFF.Mutations;

// Changes operators, constants and calls of the libraries, one at a time, and runs the tests that reach the change: do they notice?
var count = new Option<int>("--count") { Description = "How many changes are drawn.", DefaultValueFactory = _ => 150 };
var seed = new Option<int>("--seed") { Description = "The seed of the draw.", DefaultValueFactory = _ => 1 };
var folders = new Option<string[]>("--folders")
{
    Description = "The folders or files that are changed, relative to the repository.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ =>
    [
        "src/FFF/Numerics", "src/FFF/Flows", "src/FFF/Latents", "src/FFF/Training", "src/FFF/Transforms", "src/FFF/Evaluation", "src/FFF/Formats",
        "src/FFF.Experiments/Formats",
    ],
};
var only = new Option<int[]>("--only")
{
    Description = "The numbers of changes to try, as mutations.jsonl names them, instead of a draw.",
    AllowMultipleArgumentsPerToken = true,
};
var jobs = new Option<int>("--jobs")
{
    Description = "How many test processes run at once.",
    DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount / 2),
};
var work = new Option<DirectoryInfo>("--work")
{
    Description = "Takes the changed libraries with the tests (800 MB), what was measured, and mutations.jsonl.",
    DefaultValueFactory = _ => new(Path.Combine(Path.GetTempPath(), "fff-mutations")),
};
var list = new Option<bool>("--list") { Description = "Print the changes and try none." };
var command = new RootCommand("Changes the libraries' sources, one expression at a time, and says which changes the tests do not notice.")
{
    count, seed, folders, only, jobs, work, list,
};
command.SetAction(parsed =>
{
    var repository = AppContext.BaseDirectory;
    while (!File.Exists(Path.Combine(repository, "FFF.Cli.sln")))
    {
        repository = Path.GetDirectoryName(repository) ?? throw new InvalidOperationException("The program runs away from the sources.");
    }

    var output = Path.Combine(parsed.GetRequiredValue(work).FullName, "tests");
    Console.Error.WriteLine("building the tests");
    Run.Capture("dotnet", repository, "build", "-c", "Release", "-maxcpucount:1", "-nodeReuse:false", "tests/FFF.Tests");
    Copy(Path.Combine(repository, "tests/FFF.Tests/bin/Release/net10.0"), output);

    var chosen = parsed.GetRequiredValue(folders);
    var mutations = new List<Mutation>();
    foreach (var project in (string[])["src/FFF", "src/FFF.Experiments"])
    {
        var library = MutatedLibrary.Write(repository, project, IsChosen, 1 + (mutations.Count == 0 ? 0 : mutations[^1].Id), output);
        mutations.AddRange(library.Mutations);
        Console.Error.WriteLine($"{project}: {library.Mutations.Count} changes, {library.Refused} more do not compile");
    }

    var tried = parsed.GetValue(only) is { Length: > 0 } numbers ? [.. mutations.Where(mutation => numbers.Contains(mutation.Id))]
        : Sample.Draw(mutations, parsed.GetRequiredValue(count), parsed.GetRequiredValue(seed));
    if (parsed.GetValue(list))
    {
        tried.ToList().ForEach(mutation => Console.WriteLine($"{mutation.Id} {mutation.File}:{mutation.Line}: {mutation.Text}: {mutation.What}"));
        return 0;
    }

    var (tests, degree) = (new TestProgram(output), parsed.GetRequiredValue(jobs));
    var reach = Reach.Measure(tests, tests.Classes(), repository, Version(output), Path.Combine(output, "../reached"), degree);
    var equivalent = Equivalent.Read(Path.Combine(repository, "tests/FFF.Mutations/equivalent.txt"));
    var trials = new List<Trial>();
    using var lines = new StreamWriter(Path.Combine(output, "../mutations.jsonl")) { AutoFlush = true };
    Parallel.ForEach(tried, new ParallelOptions { MaxDegreeOfParallelism = degree }, mutation =>
    {
        var trial = equivalent.Reason(mutation) is { } reason ? new Trial(mutation, "equivalent", reason, 0, 0) : Trial.Of(mutation, tests, reach);
        lock (trials)
        {
            trials.Add(trial);
            lines.WriteLine(Report.Line(trial));
            Console.Error.WriteLine($"{trials.Count}/{tried.Length} {mutation.File}:{mutation.Line} {mutation.What}: {trial.Outcome} {trial.By}");
        }
    });
    Report.Print([.. trials.OrderBy(trial => trial.Mutation.Id)]);
    return trials.TrueForAll(trial => trial.IsCaught || trial.Outcome == "equivalent") ? 0 : 1;

    bool IsChosen(string file) => chosen.Any(folder => file == folder || file.StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal));
});
return command.Parse(args).Invoke();

static void Copy(string from, string to)
{
    foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
    {
        var target = new FileInfo(Path.Combine(to, Path.GetRelativePath(from, file)));
        if (!target.Exists || target.Length != new FileInfo(file).Length || target.LastWriteTimeUtc != File.GetLastWriteTimeUtc(file))
        {
            target.Directory!.Create();
            File.Copy(file, target.FullName, overwrite: true);
        }
    }
}

static string Version(string output) => string.Join(' ', ((string[])["FreeFormFlows.dll", "FreeFormFlows.Experiments.dll"])
    .Select(name => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(output, name))))));
