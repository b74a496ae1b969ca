using System.Numerics;

namespace FFF.Kernels.Vectors;

/// <summary>
/// A vector of the processor's, of as many numbers as it computes with at once. Kernels are written over it, and compiled for each width.
/// </summary>
/// <typeparam name="TSelf">The vector.</typeparam>
internal unsafe interface ILanes<TSelf>
    : IAdditionOperators<TSelf, TSelf, TSelf>, ISubtractionOperators<TSelf, TSelf, TSelf>, IMultiplyOperators<TSelf, TSelf, TSelf>,
        IDivisionOperators<TSelf, TSelf, TSelf>, IUnaryNegationOperators<TSelf, TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many numbers.</summary>
    static abstract int Count { get; }

    /// <summary>The same number in all.</summary>
    static abstract TSelf Of(float value);

    /// <summary>Numbers in memory.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Writes them.</summary>
    void Store(float* target);

    /// <summary>a·b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The smaller ones, by one instruction; not a number where b is not. Where a alone is not, it is the processor's to say.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The larger ones.</summary>
    /// <inheritdoc cref="Min"/>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>x·2ⁿ, for n in the lowest bits of its mantissa.</summary>
    static abstract TSelf Scale(TSelf x, TSelf n);

    /// <summary>|x|.</summary>
    static abstract TSelf Abs(TSelf x);

    /// <summary>√x.</summary>
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>eˣ.</summary>
    static abstract TSelf Exp(TSelf x);

    /// <summary>ln x.</summary>
    static abstract TSelf Log(TSelf x);

    /// <summary>Numbers of the one where a condition is above 0, of the other elsewhere.</summary>
    static abstract TSelf WherePositive(TSelf condition, TSelf then, TSelf otherwise);

    /// <summary>The sum of them.</summary>
    static abstract float Sum(TSelf x);
}
