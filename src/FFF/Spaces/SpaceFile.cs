using FFF.Options;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>
/// Makes a space again of what it was saved as (<see cref="Space.Tensors"/>): one of those that are
/// registered (<see cref="SavedSpaceAttribute{TSpace}"/>).
/// </summary>
internal static class SpaceFile
{
    /// <summary>The space that a model was saved with; null where nothing was, as for plain vectors.</summary>
    /// <param name="tensors">The model's tensors, those of its space among them.</param>
    /// <param name="dimension">D.</param>
    /// <exception cref="ArgumentException">They are damaged.</exception>
    public static Space? Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension) =>
        Kinds.Of(typeof(Space)).OfType<SavedSpaceAttribute>().Select(kind => kind.Load(tensors, dimension)).OfType<Space>().FirstOrDefault();
}
