using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FFF.Devices;

/// <summary>Whether a device can be used at all: memory is taken, a product computed and read back.</summary>
internal static class DeviceProbe
{
    private const int Size = 64;

    /// <summary>What is wrong, in one line; null where the device works.</summary>
    public static string? Problem(Device device)
    {
        try
        {
            // A wrong driver, a card that libtorch has no code for, and one whose memory others hold fail here and not before.
            using var scope = NewDisposeScope();
            var there = full([Size, Size], 0.5f).to(device);
            var sum = mm(there, there).sum().cpu().item<float>();
            return sum == Size * Size * Size * 0.25f ? null : $"the sum of a product of matrices is {sum}, but should be {Size * Size * Size * 0.25f}.";
        }
        catch (Exception e) when (IsOfTheDevice(e))
        {
            return FirstLine(e);
        }
    }

    /// <summary>Whether an error is one that a device or its libraries can give.</summary>
    internal static bool IsOfTheDevice(Exception e) =>
        e is ExternalException or InvalidOperationException or NotSupportedException or NotImplementedException or DllNotFoundException
            or TypeInitializationException;

    /// <summary>libtorch's messages go on with a trace of its own.</summary>
    internal static string FirstLine(Exception e) => (e.InnerException ?? e).Message.Split('\n')[0].Trim();

    /// <summary>What can be done about an error of a CUDA device.</summary>
    public static string Remedy(string problem) => problem switch
    {
        _ when Has(problem, "no kernel image") || Has(problem, "invalid device function") =>
            "This libtorch has no code for that card: set FFF_LIBTORCH to the 'lib' folder of a PyTorch that supports it.",
        _ when Has(problem, "driver") => "Update the NVIDIA driver, or set FFF_LIBTORCH to the 'lib' folder of a PyTorch for an older CUDA.",
        _ when MemoryShortage.Is(problem) => "Other programs hold its memory ('nvidia-smi' shows them): wait for them, or take another device.",
        _ => "'fff doctor' tells more.",
    };

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
