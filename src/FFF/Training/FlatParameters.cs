using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// All parameters of a module in one buffer and all their gradients in another: the module's parameters become views.
/// Optimiser, clipping, moving average and checks then touch one tensor each instead of dozens. What belongs to the parameters and is of their
/// size, such as an optimiser's moments, lies behind them, so that all of it is copied as one.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    /// <summary>Rows begin where vectors do.</summary>
    private const long Alignment = 16;

    private readonly (string Name, Tensor Parameter)[] _parameters;
    private readonly long _count;

    /// <summary>Moves the module's parameters into one buffer on the device.</summary>
    /// <param name="module">The module.</param>
    /// <param name="device">The device.</param>
    /// <param name="companions">How many rows of their size follow them, zeros.</param>
    /// <param name="groupsMatrices">Whether matrices of one shape lie one behind the other, before all else, in place of the module's order.</param>
    public FlatParameters(nn.Module module, Device device, int companions, bool groupsMatrices)
    {
        using var noGradient = no_grad();

        // Moving a module replaces its parameters: they are taken afterwards.
        module.to(device);
        _parameters = [.. module.named_parameters().Select(p => (p.name, (Tensor)p.parameter))];
        if (groupsMatrices)
        {
            _parameters = [.. _parameters.GroupBy(p => ShapeOf(p.Parameter)).OrderBy(group => group.Key is null).SelectMany(group => group)];
        }

        Matrices = groupsMatrices ? GroupsOf(_parameters) : [];
        var dtype = _parameters[0].Parameter.dtype;
        _count = _parameters.Sum(p => p.Parameter.numel());
        Rows = zeros(1 + companions, (_count + Alignment - 1) / Alignment * Alignment, dtype: dtype, device: device).DetachFromDisposeScope();
        Values = Row(Rows, 0).DetachFromDisposeScope();
        Gradients = zeros(_count, dtype: dtype, device: device).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        long[] lengths = [.. _parameters.Select(p => p.Parameter.numel())];
        foreach (var ((_, parameter), value, gradient) in _parameters.Zip(Parts(Values, lengths), Parts(Gradients, lengths)))
        {
            var view = value.view(parameter.shape);
            view.copy_(parameter);
            parameter.set_(view);
            parameter.grad = gradient.view(parameter.shape);
        }
    }

    /// <summary>The parameters and the rows that follow them, each padded.</summary>
    public Tensor Rows { get; }

    /// <summary>The parameters, [P].</summary>
    public Tensor Values { get; }

    /// <summary>Their gradients, [P], which a backward pass adds to.</summary>
    public Tensor Gradients { get; }

    /// <summary>Where matrices of one shape lie one behind the other, if that was asked for.</summary>
    public IReadOnlyList<MatrixGroup> Matrices { get; }

    /// <summary>A row without its padding, [P], a view; the caller's.</summary>
    /// <param name="rows">Like <see cref="Rows"/>.</param>
    /// <param name="index">Which; the parameters are the first.</param>
    public Tensor Row(Tensor rows, int index)
    {
        using var row = rows.select(0, index);
        return row.narrow(0, 0, _count);
    }

    /// <summary>Parts of a buffer that follow each other: views, which split would not give on every device; of the scope.</summary>
    /// <param name="buffer">As long as all parts, or longer.</param>
    /// <param name="lengths">The lengths of the parts.</param>
    public static IEnumerable<Tensor> Parts(Tensor buffer, IEnumerable<long> lengths)
    {
        long offset = 0;
        foreach (var length in lengths)
        {
            yield return buffer.narrow(0, offset, length);
            offset += length;
        }
    }

    /// <summary>Copies of the parameters under their names, cut from a buffer like <see cref="Values"/>.</summary>
    public Dictionary<string, Tensor> Named(Tensor buffer)
    {
        using var scope = NewDisposeScope();
        var (named, copy) = (new Dictionary<string, Tensor>(), buffer.cpu());
        foreach (var ((name, parameter), part) in _parameters.Zip(Parts(copy, _parameters.Select(p => p.Parameter.numel()))))
        {
            named[name] = part.view(parameter.shape).clone().MoveToOuterDisposeScope();
        }

        return named;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        Rows.Dispose();
        Gradients.Dispose();
    }

    /// <summary>Rows and columns of a matrix of weights, [out, in] or, of a convolution, [out, all else]; null for what is none.</summary>
    private static (long Rows, long Columns)? ShapeOf(Tensor parameter) =>
        parameter.dim() < 2 ? null : (parameter.shape[0], parameter.numel() / parameter.shape[0]);

    private static List<MatrixGroup> GroupsOf(IEnumerable<(string Name, Tensor Parameter)> parameters)
    {
        var groups = new List<MatrixGroup>();
        long offset = 0;
        foreach (var group in parameters.GroupBy(p => ShapeOf(p.Parameter)))
        {
            if (group.Key is { } shape)
            {
                groups.Add(new(offset, group.Count(), shape.Rows, shape.Columns));
            }

            offset += group.Sum(p => p.Parameter.numel());
        }

        return groups;
    }
}
