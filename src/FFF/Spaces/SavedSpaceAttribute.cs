using FFF.Options;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>A space that models are saved with, and that is made again of what <see cref="Space.Tensors"/> told.</summary>
public interface ISavedSpace
{
    /// <summary>The space that tensors tell; null where they tell none of this kind.</summary>
    /// <param name="tensors">A model's tensors, those of its space among them. They stay the caller's.</param>
    /// <param name="dimension">D.</param>
    /// <exception cref="ArgumentException">They are damaged.</exception>
    static abstract Space? Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension);
}

/// <summary>Tells <see cref="Kinds"/> of a space that models are saved with; see <see cref="SavedSpaceAttribute{TSpace}"/>.</summary>
public abstract class SavedSpaceAttribute : KindAttribute
{
    private protected SavedSpaceAttribute(Type space, string name)
        : base(typeof(Space), space, name)
    {
    }

    /// <inheritdoc cref="ISavedSpace.Load"/>
    internal abstract Space? Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension);
}

/// <summary>
/// Registers a space, so that models on it can be loaded. It is written above the record, in the same file:
/// <c>[assembly: SavedSpace&lt;MySpace&gt;("mine")]</c>. A record that has a constructor without parameters can also be named in a
/// configuration, where the options of a data set have a property of the type <see cref="Space"/>; its keys are then the
/// properties that can be set.
/// </summary>
/// <typeparam name="TSpace">The space.</typeparam>
/// <param name="name">Its name, in lower case, words joined by hyphens.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class SavedSpaceAttribute<TSpace>(string name) : SavedSpaceAttribute(typeof(TSpace), name)
    where TSpace : Space, ISavedSpace
{
    /// <inheritdoc/>
    internal override Space? Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension) => TSpace.Load(tensors, dimension);
}
