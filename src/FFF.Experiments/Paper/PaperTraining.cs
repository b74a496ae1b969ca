using FFF.Configuration;

namespace FFF.Paper;

/// <summary>A run that parts of the paper need.</summary>
/// <param name="Configs">The experiment's names, as <c>fff config list</c> has them, later ones laid over earlier ones.</param>
/// <param name="Name">The run's name.</param>
/// <param name="Overrides">What differs, as key.path=value.</param>
internal sealed record PaperTraining(IReadOnlyList<string> Configs, string Name, params IReadOnlyList<string> Overrides)
{
    /// <summary>The experiment.</summary>
    public Experiment Experiment() => ExperimentFile.Load(Configs, [.. Overrides, $"name={Name}"], new ConfigSurroundings());

    /// <summary>What the program is given to train it, among runs in a folder.</summary>
    public IReadOnlyList<string> Arguments(string runsRoot) =>
        ["train", .. Configs.SelectMany(config => (string[])["--config", config]), .. Overrides, "--name", Name, "--runs", runsRoot];
}
