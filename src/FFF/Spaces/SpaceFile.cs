using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Makes a space again of what it was saved as (<see cref="Space.Tensors"/>): one that its kind recognises, or else a vector space.</summary>
public static class SpaceFile
{
    private static readonly List<Func<IReadOnlyDictionary<string, Tensor>, int, Space?>> Loaders =
    [
        PositiveVectors.Load,
        MeanFreePositions.Load,
        (tensors, _) => MoleculeSpace.Load(tensors),
    ];

    /// <summary>Makes a kind of space known, so that models on it can be loaded.</summary>
    /// <param name="load">The space that tensors tell, given them and D; null where they tell none of this kind. Throws <see cref="ArgumentException"/> where they are damaged.</param>
    public static void Register(Func<IReadOnlyDictionary<string, Tensor>, int, Space?> load)
    {
        lock (Loaders)
        {
            Loaders.Add(load);
        }
    }

    /// <summary>The space that a model was saved with.</summary>
    /// <param name="tensors">The model's tensors, those of its space among them.</param>
    /// <param name="dimension">D.</param>
    /// <exception cref="ArgumentException">They are damaged.</exception>
    public static Space Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension)
    {
        lock (Loaders)
        {
            return Loaders.Select(load => load(tensors, dimension)).OfType<Space>().FirstOrDefault() ?? new VectorSpace(dimension);
        }
    }
}
