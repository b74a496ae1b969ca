using System.Globalization;
using FFF.Errors;
using FFF.Flows;
using FFF.Native;

namespace FFF.Devices;

/// <summary>The device that was asked for is not there or cannot be used; the message says what can be done.</summary>
public sealed class DeviceException(string message) : FreeFormFlowException(message);

/// <summary>Where it is computed, and why.</summary>
/// <param name="Device">cpu, cuda:N or emulated.</param>
/// <param name="Reason">Why, such as "as asked for".</param>
/// <param name="Warning">What was wrong with a better one; null where nothing was.</param>
/// <param name="IsOpen">Whether there was anything to choose between.</param>
public sealed record DeviceChoice(string Device, string Reason, string? Warning = null, bool IsOpen = false)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => $"device: {Device}, {Reason}";
}

/// <summary>The rule by which a device is chosen. It looks at nothing but what it is given.</summary>
/// <remarks>
/// auto takes what will be faster: on each device a step takes the longer of its operations over a rate, and of its launches one after the other. What
/// the rates were measured on is said beside them; other processors and cards differ by a few times, as do the two sides for most networks.
/// </remarks>
internal static class DeviceRule
{
    /// <summary>Takes what will be faster.</summary>
    public const string Auto = "auto";

    /// <summary>The processor.</summary>
    public const string Cpu = "cpu";

    /// <summary>The first GPU.</summary>
    public const string Cuda = "cuda";

    private const string SoFar = "on which the run was trained so far";

    /// <summary>A core's rate in training steps, GFLOP/s: LJ13 and QM9 on 16 threads of an Intel Xeon with AVX-512 made 400 and 480.</summary>
    private const double CoreRate = 40;

    /// <summary>So many cores add up: DW4 took 483 ms on 2 threads there and 129 on 16; the paper's inference network 7.9, and 13 on 16.</summary>
    private const int MaxCores = 8;

    /// <summary>A GPU's rate in training steps, GFLOP/s: LJ13 on an H100 made 3,000.</summary>
    private const double GpuRate = 3000;

    /// <summary>The time of one launch of a graph, in seconds: 3.5 µs of the inference network, 3.7 of DW4, on an H100.</summary>
    private const double LaunchTime = 4e-6;

    /// <summary>The time that a CPU needs for one such operation at least, in seconds: 23 µs of the inference network, 18 of DW4, on 16 threads.</summary>
    private const double OperationTime = 15e-6;

    /// <summary>Chooses a device.</summary>
    /// <param name="asked">auto, cpu, cuda, cuda:N or emulated.</param>
    /// <param name="there">What there is.</param>
    /// <param name="step">How large a step is; null for work in many small operations, which stays on the CPU.</param>
    /// <param name="trainedOn">The device of a run that goes on, whose kind auto keeps to; null otherwise.</param>
    /// <param name="problem">Tries a CUDA device, and says what is wrong with it; null where it works.</param>
    /// <exception cref="DeviceException">What was asked for cannot be had.</exception>
    public static DeviceChoice Choose(string asked, DeviceFacts there, StepCost? step, string? trainedOn, Func<string, string?> problem)
    {
        if (asked != Auto)
        {
            return Asked(asked, there, problem);
        }

        var isOpen = there.Shown.Count > 0 || there.Usable > 0;
        if (trainedOn is not null && Kind(trainedOn) != Cuda)
        {
            return new(Kind(trainedOn), SoFar, IsOpen: isOpen);
        }

        var (wanted, reason) = Wanted(there, step, trainedOn);
        if (wanted == Cpu)
        {
            return new(Cpu, reason, IsOpen: isOpen);
        }

        var obstacle = Obstacle(there, 0) ?? (problem("cuda:0") is { } found ? $"cuda:0 cannot be used: {Sentence(found)} {DeviceProbe.Remedy(found)}" : null);
        return obstacle is null ? new("cuda:0", reason, IsOpen: isOpen) : WithoutCuda(obstacle) with { IsOpen = isOpen };
    }

    /// <summary>The CPU, in place of a CUDA device that auto would have taken.</summary>
    /// <param name="obstacle">What is wrong with that, in sentences.</param>
    internal static DeviceChoice WithoutCuda(string obstacle) => new(Cpu, "since no CUDA device can be used", $"{obstacle} The work goes on on the CPU.");

    /// <summary>What a device can be called.</summary>
    public const string Names = "auto, cpu, cuda or cuda:N";

    /// <summary>Whether a device can be called so.</summary>
    public static bool IsName(string name) => name is Auto or Cpu or EmulatedDevice.Name || Index(name) is not null;

    /// <summary>The kind of a device: cpu, cuda or emulated. Only on the same kind a run that goes on repeats the same bits.</summary>
    public static string Kind(string device) => device.Split(':')[0];

    private static DeviceChoice Asked(string asked, DeviceFacts there, Func<string, string?> problem)
    {
        if (asked is Cpu or EmulatedDevice.Name)
        {
            return new(asked, "as asked for");
        }

        var index = Index(asked) ?? throw new DeviceException($"There is no device '{asked}': expected {Names}.");
        if (Obstacle(there, index) is { } obstacle)
        {
            throw new DeviceException($"The device '{asked}' was asked for. {obstacle} Or use --device cpu.");
        }

        return problem($"cuda:{index}") is { } found
            ? throw new DeviceException(
                $"The device '{asked}' was asked for, but cannot be used: {Sentence(found)} {DeviceProbe.Remedy(found)} Or use --device cpu.")
            : new($"cuda:{index}", "as asked for");
    }

    private static (string Device, string Reason) Wanted(DeviceFacts there, StepCost? step, string? trainedOn)
    {
        if (trainedOn is not null)
        {
            return (Cuda, SoFar);
        }

        if (there.Shown.Count == 0 && there.Usable == 0)
        {
            return (Cpu, "since there is no CUDA device");
        }

        if (step is null)
        {
            return (Cpu, "since this work is made of many small operations, which a GPU's launches would slow down; --device cuda overrides");
        }

        var size = $"a step of this network is {step.Gflop.ToString(step.Gflop < 10 ? "G2" : "N0", CultureInfo.InvariantCulture)} GFLOP";
        var cores = Math.Min(MaxCores, there.Cores);
        return OnGpu(step) < Math.Max(step.Gflop / (CoreRate * cores), step.Launches * OperationTime)
            ? (Cuda, string.Create(CultureInfo.InvariantCulture,
                $"since {size}, for which {cores} cores should take longer than a GPU for its {step.Launches:N0} launches; --device cpu overrides"))
            : (Cpu, string.Create(CultureInfo.InvariantCulture,
                $"since {size}, which a GPU's {step.Launches:N0} launches would slow down; --device cuda overrides"));
    }

    private static double OnGpu(StepCost step) => Math.Max(step.Gflop / GpuRate, step.Launches * LaunchTime);

    /// <summary>Why libtorch has no CUDA device of this number, and what to do; null where it has one.</summary>
    public static string? Obstacle(DeviceFacts there, int index) => (there.Usable, there.Shown.Count) switch
    {
        (0, 0) => "There is no CUDA device: the driver shows none. CUDA_VISIBLE_DEVICES may hide them; 'fff doctor' tells what was loaded.",
        (0, _) => $"The driver shows {string.Join(", ", there.Shown)}, but this libtorch cannot use CUDA devices. "
            + $"Build with 'dotnet build -p:TorchBackend=cuda', set {Libtorch.FolderVariable} to the 'lib' folder of a PyTorch with CUDA, or, "
            + "where it has CUDA, update the driver.",
        _ when index >= there.Usable => $"There are {there.Usable} CUDA devices, numbered from 0.",
        _ => null,
    };

    /// <summary>The number of a CUDA device by name: 0 for cuda, N for cuda:N; null for any other name.</summary>
    public static int? Index(string name) =>
        name == Cuda ? 0
        : name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
        : null;

    internal static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
