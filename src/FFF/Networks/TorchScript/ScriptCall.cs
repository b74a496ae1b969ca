using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FFF.Networks.TorchScript;

/// <summary>How a module of PyTorch's is called.</summary>
internal static class ScriptCall
{
    private const string RuntimeError = "RuntimeError: ";

    /// <summary>forward(x), or forward(x, c) where there are conditions.</summary>
    /// <exception cref="InvalidOperationException">The result is no tensor.</exception>
    /// <exception cref="ExternalException">The module refuses the tensors.</exception>
    public static Tensor Forward(jit.ScriptModule module, Tensor x, Tensor? condition) =>
        (condition is null ? module.forward(x) : module.forward(x, condition)) as Tensor
        ?? throw new InvalidOperationException("the result is no tensor");

    /// <summary>What went wrong within TorchScript, without the places in code that is not the user's.</summary>
    public static string Reason(Exception exception)
    {
        var lines = exception.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var error = lines.LastOrDefault(line => line.StartsWith(RuntimeError, StringComparison.Ordinal));
        return (error?[RuntimeError.Length..] ?? lines.FirstOrDefault() ?? "no reason was given").TrimEnd('.');
    }
}
