using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FFF.Mutations;

/// <summary>What a test class reaches without any change, and how long it takes.</summary>
/// <param name="Name">The class.</param>
/// <param name="Seconds">How long it takes, the start of the process included.</param>
/// <param name="Passed">Whether it passes. It may not: a time or an amount of memory that it checks is another with switches.</param>
/// <param name="Mutants">The changes whose place it reaches.</param>
internal sealed record Reach(string Name, double Seconds, bool Passed, HashSet<int> Mutants)
{
    /// <summary>Measures classes, each in a process of its own, or takes what was measured of the same libraries and the same text of the class.</summary>
    /// <param name="tests">The tests.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="repository">The repository's folder, where the classes' sources are.</param>
    /// <param name="version">What tells versions of the changed libraries apart.</param>
    /// <param name="cache">The folder that keeps what was measured.</param>
    /// <param name="jobs">How many are measured at once.</param>
    public static Reach[] Measure(TestProgram tests, string[] classes, string repository, string version, string cache, int jobs)
    {
        var sources = Directory.EnumerateFiles(Path.Combine(repository, "tests/FFF.Tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText);
        Directory.CreateDirectory(cache);
        var (measured, done) = (new Reach[classes.Length], 0);
        Parallel.For(0, classes.Length, new ParallelOptions { MaxDegreeOfParallelism = jobs }, i =>
        {
            var texts = sources[classes[i].Split('.', '+')[^1]];
            var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [version, classes[i], .. texts]))))[..32];
            var file = Path.Combine(cache, $"{key}.json");
            if (!File.Exists(file))
            {
                File.WriteAllText(file, JsonSerializer.Serialize(MeasureOne(tests, classes[i])));
            }

            measured[i] = JsonSerializer.Deserialize<Reach>(File.ReadAllText(file))!;
            var failing = measured[i].Passed ? "" : ", fails without a change and is left out";
            Console.Error.WriteLine($"{Interlocked.Increment(ref done)}/{classes.Length} {measured[i].Name}: {measured[i].Seconds:0.0} s{failing}");
        });
        return measured;
    }

    private static Reach MeasureOne(TestProgram tests, string name)
    {
        var folder = Directory.CreateTempSubdirectory("fff-reached-");
        try
        {
            var run = tests.Run([name], TimeSpan.FromMinutes(10), reached: folder.FullName);
            return new(name, run.Seconds, run.ExitCode == 0, [.. folder.EnumerateFiles().SelectMany(file => File.ReadLines(file.FullName)).Select(int.Parse)]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
