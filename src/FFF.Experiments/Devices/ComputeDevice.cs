using FFF.Flows;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Devices;

/// <summary>What is asked for, and who is told what was chosen.</summary>
/// <param name="Asked">auto, cpu, cuda, cuda:N or emulated.</param>
public sealed record DeviceRequest(string Asked)
{
    /// <summary>The device of a run that goes on; null otherwise.</summary>
    public string? TrainedOn { get; init; }

    /// <summary>Is told the choice.</summary>
    public Action<DeviceChoice>? Say { get; init; }

    /// <summary>Is told what is wrong with a device that would have been better.</summary>
    public Action<string>? Warn { get; init; }
}

/// <summary>Devices of this machine. libtorch has to be loaded.</summary>
internal static class ComputeDevice
{
    /// <summary>The device that serves a request (<see cref="DeviceRule"/>), after it has been tried.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="step">How large a step of the work is; null where it is made of many small operations.</param>
    /// <exception cref="DeviceException">What was asked for cannot be had.</exception>
    public static Device Choose(DeviceRequest request, StepCost? step)
    {
        var choice = DeviceRule.Choose(request.Asked, DeviceFacts.OfThisMachine(), step, request.TrainedOn, name => DeviceProbe.Problem(Of(name)));
        if (choice.Warning is { } warning)
        {
            request.Warn?.Invoke(warning);
        }

        request.Say?.Invoke(choice);
        return Of(choice.Device);
    }

    /// <summary>The device of this name: cpu, cuda, cuda:N or emulated; auto is the CPU, as there is nothing to judge by.</summary>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public static Device Resolve(string name) => Choose(new(name), null);

    private static Device Of(string name) => name == EmulatedDevice.Name ? EmulatedDevice.Device : device(name);
}
