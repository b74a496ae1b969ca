using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// All parameters of a module in one buffer and all their gradients in another: the module's parameters become views.
/// Optimiser, clipping, moving average and checks then touch one tensor each instead of dozens.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly (string Name, Tensor Parameter)[] _parameters;

    /// <summary>Moves the module's parameters into one buffer on the device.</summary>
    public FlatParameters(nn.Module module, Device device)
    {
        using var noGradient = no_grad();

        // Moving a module replaces its parameters: they are taken afterwards.
        module.to(device);
        _parameters = [.. module.named_parameters().Select(p => (p.name, (Tensor)p.parameter))];
        var dtype = _parameters[0].Parameter.dtype;
        var count = _parameters.Sum(p => p.Parameter.numel());
        Values = zeros(count, dtype: dtype, device: device).DetachFromDisposeScope();
        Gradients = zeros(count, dtype: dtype, device: device).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        long offset = 0;
        foreach (var (_, parameter) in _parameters)
        {
            var view = Values.narrow(0, offset, parameter.numel()).view(parameter.shape);
            view.copy_(parameter);
            parameter.set_(view);
            parameter.grad = Gradients.narrow(0, offset, parameter.numel()).view(parameter.shape);
            offset += parameter.numel();
        }
    }

    /// <summary>The parameters, [P].</summary>
    public Tensor Values { get; }

    /// <summary>Their gradients, [P], which a backward pass adds to.</summary>
    public Tensor Gradients { get; }

    /// <summary>Copies of the parameters under their names, cut from a buffer like <see cref="Values"/>.</summary>
    public Dictionary<string, Tensor> Named(Tensor buffer)
    {
        using var scope = NewDisposeScope();
        var (named, copy) = (new Dictionary<string, Tensor>(), buffer.cpu());
        long offset = 0;
        foreach (var (name, parameter) in _parameters)
        {
            named[name] = copy.narrow(0, offset, parameter.numel()).view(parameter.shape).clone().MoveToOuterDisposeScope();
            offset += parameter.numel();
        }

        return named;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        Gradients.Dispose();
    }
}
