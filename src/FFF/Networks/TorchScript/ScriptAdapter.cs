using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Networks.TorchScript;

/// <summary>
/// A module of PyTorch's as a part of ours. TorchSharp's own cannot be one, as it cannot be disposed of: it asks for its parts after it is
/// gone. Its handle frees it once it is not used any more. Libtorch moves and converts the parameters in place, so that these stay the module's.
/// </summary>
internal sealed class ScriptAdapter : nn.Module
{
    /// <summary>In a box, since a field that is a module would become a part.</summary>
    private readonly StrongBox<jit.ScriptModule> _module;

    private readonly (string Name, Parameter Parameter)[] _named;

    /// <summary>Takes over the module.</summary>
    public ScriptAdapter(jit.ScriptModule module)
        : base(nameof(ScriptAdapter))
    {
        _module = new(module);
        _named = [.. module.named_parameters()];
        foreach (var (_, parameter) in _named)
        {
            parameter.DetachFromDisposeScope();
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => _named;

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters(bool recurse = true) => _named.Select(named => named.Parameter);

    /// <summary>Nothing: the module stays in evaluation mode.</summary>
    public override void train(bool on = true)
    {
    }

    /// <inheritdoc/>
    protected override nn.Module _to(Device device, ScalarType dtype, bool non_blocking)
    {
        _module.Value!.to(device, dtype, non_blocking);
        return this;
    }

    /// <inheritdoc/>
    protected override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
    {
        _module.Value!.to(deviceType, deviceIndex, non_blocking);
        return this;
    }

    /// <inheritdoc/>
    protected override nn.Module _to(ScalarType dtype, bool non_blocking)
    {
        _module.Value!.to(dtype, non_blocking);
        return this;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (_, parameter) in _named)
            {
                parameter.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
