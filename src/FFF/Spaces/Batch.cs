using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>What a training step is made on.</summary>
/// <param name="Data">[B, D].</param>
/// <param name="Condition">[B, C]; null where there are none.</param>
/// <param name="Group">The group that all rows are of, such as their number of atoms, known without asking the device; null where rows are mixed.</param>
public sealed record Batch(Tensor Data, Tensor? Condition = null, long? Group = null);
