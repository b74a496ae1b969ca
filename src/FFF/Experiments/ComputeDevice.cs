using FFF.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>The device that was asked for is not there; the message says what is.</summary>
public sealed class DeviceException(string message) : Exception(message);

/// <summary>Devices by name.</summary>
public static class ComputeDevice
{
    /// <summary>The device of this name: auto (a GPU where there is one), cpu, cuda, cuda:N, or emulated.</summary>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public static Device Resolve(string name)
    {
        if (name is EmulatedDevice.Name)
        {
            return EmulatedDevice.Device;
        }

        if (name is "cpu" || (name is "auto" && !cuda.is_available()))
        {
            return CPU;
        }

        if (!cuda.is_available())
        {
            throw new DeviceException($"The device '{name}' was asked for, but libtorch finds no CUDA device. Use --device cpu, or run 'fff doctor' to see what was loaded.");
        }

        var index = name is "auto" or "cuda" ? 0 : ParseIndex(name);
        if (index >= cuda.device_count())
        {
            throw new DeviceException($"The device '{name}' was asked for, but there are {cuda.device_count()} CUDA devices, numbered from 0.");
        }

        return device(DeviceType.CUDA, index);
    }

    private static int ParseIndex(string name) =>
        name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out var index) && index >= 0
            ? index
            : throw new DeviceException($"There is no device '{name}': expected auto, cpu, cuda or cuda:N.");
}
