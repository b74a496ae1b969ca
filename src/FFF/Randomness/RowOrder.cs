using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>The numbers below n, each once, in some order: that of a split, or of an epoch.</summary>
internal abstract class RowOrder : IDisposable
{
    /// <summary>n.</summary>
    public abstract long Count { get; }

    /// <summary>The numbers at some places, int64, [count].</summary>
    /// <param name="first">The first place, from 0.</param>
    /// <param name="count">How many.</param>
    public virtual Tensor Part(long first, long count)
    {
        var rows = new long[count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = At(first + i);
        }

        return tensor(rows);
    }

    /// <summary>The number at a place.</summary>
    public abstract long At(long place);

    /// <summary>The same order, whose parts are on a device where it is kept as a tensor. This one is not to be used any more.</summary>
    public virtual RowOrder To(Device device) => this;

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>The numbers as they are.</summary>
internal sealed class PlainOrder(long count) : RowOrder
{
    /// <inheritdoc/>
    public override long Count => count;

    /// <inheritdoc/>
    public override long At(long place) => place;
}

/// <summary>An order of numbers that stand at places of another order.</summary>
/// <param name="inner">The other order.</param>
/// <param name="first">The place there that 0 stands for.</param>
/// <param name="outer">The order of places.</param>
internal sealed class ComposedOrder(RowOrder inner, long first, RowOrder outer) : RowOrder
{
    /// <inheritdoc/>
    public override long Count => outer.Count;

    /// <inheritdoc/>
    public override long At(long place) => inner.At(first + outer.At(place));
}

/// <summary>An order that is kept as a tensor, [n], int64, which it owns.</summary>
internal sealed class TensorOrder(Tensor order) : RowOrder
{
    private readonly Tensor _order = order.DetachFromDisposeScope();

    /// <inheritdoc/>
    public override long Count => _order.shape[0];

    /// <inheritdoc/>
    public override Tensor Part(long first, long count) => _order.narrow(0, first, count);

    /// <inheritdoc/>
    public override long At(long place)
    {
        using var number = _order[place];
        return number.item<long>();
    }

    /// <inheritdoc/>
    public override RowOrder To(Device device)
    {
        if (device.type == DeviceType.CPU)
        {
            return this;
        }

        using (this)
        {
            return new TensorOrder(_order.to(device));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _order.Dispose();
        base.Dispose();
    }
}

/// <summary>An order that is kept as a list of half the size, for fewer than 2³¹ numbers.</summary>
internal sealed class ListedOrder(int[] order) : RowOrder
{
    /// <inheritdoc/>
    public override long Count => order.Length;

    /// <inheritdoc/>
    public override long At(long place) => order[place];
}
