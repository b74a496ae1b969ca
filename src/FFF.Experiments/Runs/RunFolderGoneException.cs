using FFF.Errors;

namespace FFF.Runs;

/// <summary>A run's folder, or what was in it, went away while it was in use; the message tells how the run can go on.</summary>
/// <param name="folder">The folder.</param>
/// <param name="inner">What it was noticed by, if anything.</param>
public sealed class RunFolderGoneException(RunFolder folder, Exception? inner = null) : FreeFormFlowException(
    $"{folder.Path}: the folder of this run, or what was in it, is gone: it was removed, moved, or its disk was taken away while it was in use. "
    + $"Bring it back, and training goes on from its last checkpoint with 'fff train --resume {folder.Path}'; or train a new run, elsewhere by --runs.",
    inner);
