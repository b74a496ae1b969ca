using System.Globalization;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Runs;

/// <summary>What a checkpoint is.</summary>
/// <param name="Kind">What made it, such as last or best.</param>
/// <param name="Step">Training steps that were made.</param>
/// <param name="Epoch">Epochs that were completed.</param>
/// <param name="Notes">Further texts by name; none may begin with <c>fff.</c>.</param>
public sealed record CheckpointInfo(string Kind, long Step, int Epoch, IReadOnlyDictionary<string, string> Notes);

/// <summary>A model's weights and, to go on training, the state of its training, in one or two safetensors files.</summary>
/// <param name="Info">What the checkpoint is.</param>
/// <param name="Weights">The model's weights.</param>
/// <param name="State">The training's state; null if none was saved or asked for.</param>
/// <remarks>
/// The weights are the file that is named, <c>last.safetensors</c>; the state lies beside it in <c>last.state.ID.safetensors</c>,
/// where the weights' metadata name it. Both carry the same random ID. The state is written first, then the weights are
/// renamed into place, then older states are removed. So whatever moment the program ends at, the weights in place
/// belong to a whole state.
/// </remarks>
public sealed record Checkpoint(CheckpointInfo Info, IReadOnlyDictionary<string, Tensor> Weights, IReadOnlyDictionary<string, Tensor>? State)
{
    private const string Extension = ".safetensors";
    private const string CurrentFormat = "1";
    private const string Prefix = "fff.";
    private const string FormatKey = Prefix + "format";
    private const string IdKey = Prefix + "id";
    private const string KindKey = Prefix + "kind";
    private const string StepKey = Prefix + "step";
    private const string EpochKey = Prefix + "epoch";
    private const string StateKey = Prefix + "state";

    /// <summary>
    /// Writes the checkpoint in place of the old one, which stays loadable until the new one is complete. One with a training state keeps the one
    /// before it, <see cref="Previous"/>: training can go on from that where the new one is damaged later.
    /// </summary>
    /// <param name="path">The weights' file, ending in .safetensors.</param>
    /// <exception cref="FileWriteException">A file cannot be written; the old checkpoint is untouched.</exception>
    /// <exception cref="ArgumentException">The file's name or a note's is not allowed.</exception>
    public void Save(string path)
    {
        if (!path.EndsWith(Extension, StringComparison.Ordinal) || Info.Notes.Keys.Any(key => key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            throw new ArgumentException($"A checkpoint's file ends in '{Extension}', and its notes do not begin with '{Prefix}'.", nameof(path));
        }

        var id = Guid.NewGuid().ToString("N");
        var statePath = State is null ? null : StatePrefix(path) + id + Extension;
        var metadata = new Dictionary<string, string>(Info.Notes)
        {
            [FormatKey] = CurrentFormat,
            [IdKey] = id,
            [KindKey] = Info.Kind,
            [StepKey] = Info.Step.ToString(CultureInfo.InvariantCulture),
            [EpochKey] = Info.Epoch.ToString(CultureInfo.InvariantCulture),
        };

        if (statePath is not null)
        {
            metadata[StateKey] = Path.GetFileName(statePath);
            Safetensors.Write(statePath, State!, new Dictionary<string, string> { [FormatKey] = CurrentFormat, [IdKey] = id });
        }

        var kept = new List<string?> { statePath };
        try
        {
            if (statePath is not null)
            {
                kept.Add(KeepPrevious(path));
            }

            Safetensors.Write(path, Weights, metadata);
        }
        catch
        {
            Remove(() => statePath is null ? [] : [statePath]);
            throw;
        }

        // The one before is no use without its state.
        Remove(() => States(path).Where(file => !kept.Contains(file)).Concat(statePath is null ? [Previous(path)] : []));
    }

    /// <summary>Where the checkpoint before the one of this name is, with its state, if there is one.</summary>
    public static string Previous(string path) => path[..^Extension.Length] + ".previous" + Extension;

    /// <summary>Puts the checkpoint before the one of this name in its place, which is damaged.</summary>
    /// <exception cref="FileWriteException">It cannot be renamed.</exception>
    internal static void RestorePrevious(string path)
    {
        try
        {
            File.Move(Previous(path), path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(path, e);
        }
    }

    /// <summary>Copies the weights to where the previous ones are kept.</summary>
    /// <returns>Their state, which has to stay; null where there are none.</returns>
    private static string? KeepPrevious(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var old = InputFile.Open(path);
            AtomicFile.Write(Previous(path), old.CopyTo);
            return Safetensors.ReadMetadata(path).GetValueOrDefault(StateKey) is { } name
                ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name)
                : null;
        }
        catch (FileReadException)
        {
            return null; // What cannot be read is no use to anybody.
        }
    }

    /// <summary>Reads a checkpoint, on the CPU.</summary>
    /// <param name="path">The weights' file.</param>
    /// <param name="withState">Whether the training's state is read too.</param>
    /// <exception cref="FileReadException">A file is missing, truncated, damaged or foreign, or weights and state do not belong together.</exception>
    public static Checkpoint Load(string path, bool withState = false)
    {
        using var scope = NewDisposeScope();
        var (weights, metadata) = Safetensors.Read(path);
        var info = InfoFrom(path, metadata);
        var state = withState ? LoadState(path, metadata) : null;
        foreach (var tensor in weights.Values.Concat(state?.Values ?? []))
        {
            tensor.MoveToOuterDisposeScope();
        }

        return new Checkpoint(info, weights, state);
    }

    /// <summary>Reads only what a checkpoint is.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    internal static CheckpointInfo ReadInfo(string path) => InfoFrom(path, Safetensors.ReadMetadata(path));

    private static CheckpointInfo InfoFrom(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(FormatKey, out var format))
        {
            throw new FileReadException(path, $"holds tensors, but is no checkpoint of this program: '{FormatKey}' is missing from its metadata.");
        }

        if (format != CurrentFormat)
        {
            throw new FileReadException(path,
                $"is a checkpoint of format {format}; this program reads format {CurrentFormat}. Use the version of the program that wrote it.");
        }

        return metadata.ContainsKey(IdKey) && metadata.TryGetValue(KindKey, out var kind)
            && long.TryParse(metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            && int.TryParse(metadata.GetValueOrDefault(EpochKey), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? new CheckpointInfo(kind, step, epoch,
                metadata.Where(m => !m.Key.StartsWith(Prefix, StringComparison.Ordinal) && m.Key != Safetensors.ChecksumKey).ToDictionary())
            : throw new FileReadException(path,
                $"is a damaged checkpoint: {IdKey}, {KindKey}, {StepKey} or {EpochKey} is missing from its metadata or no number.");
    }

    private static IReadOnlyDictionary<string, Tensor> LoadState(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(StateKey, out var name))
        {
            throw new FileReadException(path,
                "holds weights only: samples can be drawn from it, but training cannot go on from it. Resume from last.safetensors of the run.");
        }

        if (Path.GetFileName(name) != name)
        {
            throw new FileReadException(path, $"is a damaged checkpoint: '{name}' is no name of a file beside it.");
        }

        var statePath = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);
        if (!File.Exists(statePath))
        {
            throw new FileReadException(statePath, $"is missing, and training cannot go on from '{path}' without it. Samples can still be drawn.");
        }

        var (state, stateMetadata) = Safetensors.Read(statePath);
        return stateMetadata.GetValueOrDefault(IdKey) == metadata[IdKey]
            ? state
            : throw new FileReadException(statePath, $"does not belong to '{path}': they were saved at different times. Copy both files from one run.");
    }

    /// <summary>The states beside the weights: theirs, older ones, and those whose weights were never written.</summary>
    private static IEnumerable<string> States(string path)
    {
        var prefix = StatePrefix(path);
        return Directory.EnumerateFiles(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + "*" + Extension);
    }

    private static void Remove(Func<IEnumerable<string>> files)
    {
        try
        {
            foreach (var file in files())
            {
                File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No weights name these files, and the next checkpoint removes them.
        }
    }

    private static string StatePrefix(string path) => Path.GetFullPath(path[..^Extension.Length]) + ".state.";
}
