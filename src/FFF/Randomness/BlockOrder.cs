namespace FFF.Randomness;

/// <summary>
/// A random order in which neighbours come from blocks of numbers that follow each other: the blocks are in a random order, and the numbers of so
/// many blocks at a time, a window, are mixed. What is left after the last whole block stays at the end.
/// </summary>
internal sealed class BlockOrder : RowOrder
{
    private readonly long _count;
    private readonly long _block;
    private readonly long _window;
    private readonly ComputedOrder _blocks;
    private readonly ComputedOrder[] _mixes;

    /// <summary>An order that is drawn.</summary>
    /// <param name="count">n.</param>
    /// <param name="block">Numbers of a block.</param>
    /// <param name="blocksMixed">Blocks of a window; 0 where the numbers of a block stay in their order.</param>
    /// <param name="random">Draws the orders.</param>
    public BlockOrder(long count, long block, long blocksMixed, RandomStream random)
    {
        (_count, _block, _window) = (count, block, blocksMixed * block);
        _blocks = new(count / block, random);
        var inBlocks = _blocks.Count * block;
        _mixes = _window == 0
            ? []
            : [.. Numerics.RowChunks.Of(inBlocks, _window).Select(window => new ComputedOrder(window.Count, random))];
    }

    /// <inheritdoc/>
    public override long Count => _count;

    /// <inheritdoc/>
    public override long At(long place)
    {
        if (place >= _blocks.Count * _block)
        {
            return place;
        }

        if (_window > 0)
        {
            var (window, within) = Math.DivRem(place, _window);
            place = (window * _window) + _mixes[window].At(within);
        }

        var (block, number) = Math.DivRem(place, _block);
        return (_blocks.At(block) * _block) + number;
    }
}
