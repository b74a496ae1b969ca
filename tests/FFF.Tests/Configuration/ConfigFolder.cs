using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>A folder of configuration files that lives as long as a test.</summary>
internal sealed class ConfigFolder : IDisposable
{
    /// <summary>The shortest complete configuration.</summary>
    public const string Minimal = """
        name: moons
        data:
          kind: toy
          distribution: two_moons

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fff-config-");

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    public Experiment Load(string text, params string[] overrides) => ExperimentFile.Load([Write("c.yaml", text)], overrides);

    public IReadOnlyList<Problem> Problems(string text, params string[] overrides) =>
        Assert.Throws<ConfigurationException>(() => Load(text, overrides)).Problems;

    public Problem Problem(string text, params string[] overrides) => Assert.Single(Problems(text, overrides));

    public void Dispose() => _folder.Delete(recursive: true);
}
