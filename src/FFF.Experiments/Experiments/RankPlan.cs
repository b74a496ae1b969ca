using System.Text;
using System.Text.Json;
using FFF.Configuration;

namespace FFF.Experiments;

/// <summary>What the first of several processes tells the others to train; they read no command line and no configuration of their own.</summary>
/// <param name="Configuration">The experiment as YAML; null where there is nothing to train.</param>
/// <param name="Code">The exit code with which all end where there is nothing to train.</param>
/// <param name="GoesOn">The folder of the run that is to go on, which all see; null for a new run.</param>
/// <param name="Extends">Whether it goes on to more epochs.</param>
/// <param name="AcceptsChangedData">Whether it goes on although its data files have changed.</param>
/// <param name="From">The checkpoint whose weights a new run begins with; null for initial ones.</param>
/// <param name="Device">The device in place of the experiment's; null for the experiment's.</param>
internal sealed record RankPlan(string? Configuration, int Code = 0, string? GoesOn = null, bool Extends = false, bool AcceptsChangedData = false,
    string? Device = null, string? From = null)
{
    /// <summary>The plan for an experiment.</summary>
    public static RankPlan Of(Experiment experiment, TrainingRunOptions options) =>
        new(ExperimentFile.Write(experiment), 0, options.GoesOn?.Path, options.Extends, options.AcceptsChangedData, options.Device,
            options.From?.Checkpoint);

    /// <summary>As text, and back.</summary>
    public string Write() => JsonSerializer.Serialize(this);

    /// <inheritdoc cref="Write"/>
    public static RankPlan Read(string text) => JsonSerializer.Deserialize<RankPlan>(text)!;

    /// <summary>The experiment.</summary>
    public Experiment Experiment()
    {
        using var yaml = new MemoryStream(Encoding.UTF8.GetBytes(Configuration!));
        return ExperimentFile.Load([ConfigSurroundings.StandardInputFile], [], new ConfigSurroundings { StandardInput = yaml });
    }
}
