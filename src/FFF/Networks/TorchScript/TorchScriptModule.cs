using System.Runtime.InteropServices;
using FFF.Formats;
using FFF.Native;
using FFF.Networks.Embeddings;
using FFF.Options;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Networks.TorchScript;

/// <summary>Reads a module that PyTorch exported, as a network in float32 on the CPU.</summary>
/// <remarks>
/// The module is in evaluation mode for good: <see cref="ScriptProbe"/> refuses those to which the mode makes a difference. Its buffers are
/// constants, which come from the file each time; its parameters are saved with the flow, such as <c>encoder.module.NAME</c>.
/// </remarks>
internal static class TorchScriptModule
{
    /// <summary>Reads the file, and tries the module on a few rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The last part of the key that names it.</param>
    /// <param name="place">What the network is for.</param>
    /// <exception cref="UnsuitableOptionsException">The file is missing or no TorchScript, or the module does not fit.</exception>
    public static ModuleNetwork Load(string path, string key, NetworkPlace place)
    {
        if (place.Dimension == 0)
        {
            throw new UnsuitableOptionsException("network",
                "expected data of rows of one length for the kind torchscript, found molecules; use a network for graphs");
        }

        return Open(path, key, module =>
        {
            var network = new ModuleNetwork(new ScriptAdapter(module), (x, condition) => ScriptCall.Forward(module, x, condition));
            return (network, ScriptProbe.OfNetwork(module, network, place.Dimension, place.Conditions).Problem());
        });
    }

    /// <summary>Reads the file as an embedding of conditions, and tries it on a few rows.</summary>
    /// <inheritdoc cref="Load"/>
    /// <param name="path">The file.</param>
    /// <param name="key">The last part of the key that names it.</param>
    /// <param name="conditions">C.</param>
    public static ModuleEmbedding LoadEmbedding(string path, string key, int conditions) => Open(path, key, module =>
    {
        var probe = ScriptProbe.OfEmbedding(module, conditions);
        var problem = probe.Problem();
        return (new ModuleEmbedding(new ScriptAdapter(module), c => ScriptCall.Forward(module, c, null), probe.Outputs), problem);
    });

    /// <summary>Reads the file and tries what is made of its module.</summary>
    private static T Open<T>(string path, string key, Func<jit.ScriptModule, (T Made, string? Problem)> make)
        where T : nn.Module
    {
        ScriptExecution.RunAsWritten();
        var module = Read(path, key);
        var problem = Prepare(module);
        if (problem is null)
        {
            (var made, problem) = make(module);
            if (problem is null)
            {
                return made;
            }

            made.Dispose();
        }

        throw new UnsuitableOptionsException(key, $"'{path}': {problem}");
    }

    private static jit.ScriptModule Read(string path, string key)
    {
        try
        {
            return jit.load(InputFile.ReadBytes(path), CPU);
        }
        catch (FileReadException e)
        {
            throw new UnsuitableOptionsException(key, e.Message);
        }
        catch (ExternalException e)
        {
            throw new UnsuitableOptionsException(key, $"'{path}' is no TorchScript module ({ScriptCall.Reason(e)}). "
                + $"PyTorch writes one by torch.jit.script(module).save(\"{Path.GetFileName(path)}\"); torch.save writes none.");
        }
    }

    /// <summary>Makes the parameters trainable numbers in float32.</summary>
    /// <returns>Why that cannot be done; null where it was.</returns>
    private static string? Prepare(jit.ScriptModule module)
    {
        using var scope = NewDisposeScope();
        if (!module.named_parameters().Any())
        {
            return "expected a module with parameters, found none: there is nothing to train. torch.jit.freeze makes them constants; leave it out";
        }

        var buffers = module.named_buffers().Select(named => named.buffer).ToList();
        var numbers = module.named_parameters().Select(named => (Tensor)named.parameter).Concat(buffers.Where(buffer => buffer.is_floating_point())).ToList();
        if (numbers.FirstOrDefault(number => number.dtype != ScalarType.Float32) is { } other)
        {
            // libtorch would convert whole numbers too.
            if (buffers.Any(buffer => !buffer.is_floating_point()))
            {
                return $"expected numbers of Float32, found {other.dtype}; call module.float() before it is exported";
            }

            module.to(ScalarType.Float32);
        }

        foreach (var (_, parameter) in module.named_parameters())
        {
            parameter.requires_grad = true;
        }

        return null;
    }
}
