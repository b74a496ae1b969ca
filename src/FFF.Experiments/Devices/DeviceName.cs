using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Devices;

/// <summary>Names of devices.</summary>
internal static class DeviceName
{
    /// <summary>The device's name, as it is asked for: cpu, cuda:0, emulated.</summary>
    public static string Of(Device device) => EmulatedDevice.Is(device) ? EmulatedDevice.Name : device.ToString();
}
