using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Experiments;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff doctor</c></summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("doctor", "Tells what the program found on this machine, proves that it computes, and says what to do where something is missing.",
            "fff doctor", "FFF_LIBTORCH=/path/to/torch/lib fff doctor") { Json };
        command.SetAction(parsed =>
        {
            var result = Examine();
            if (parsed.GetValue(Json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(result, ResultJson.Default.DoctorResult));
            }
            else
            {
                Screen.Out.Write(DoctorTables.Of(result));
            }

            return result.Ok ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static DoctorResult Examine()
    {
        var machine = new DoctorResult(
            false, typeof(Libtorch).Assembly.GetName().Version!.ToString(3), Environment.Version.ToString(),
            $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})", Environment.ProcessorCount, null, null, null, null, null, null, [], []);
        try
        {
            return WithLibtorch(machine, Libtorch.Load());
        }
        catch (LibtorchException e)
        {
            return machine with { Problems = [e.Message] };
        }
    }

    private static DoctorResult WithLibtorch(DoctorResult machine, LibtorchInfo libtorch)
    {
        var (devices, problems) = (new List<DeviceResult>(), new List<string>());
        var gpus = CudaDevices.List();
        var usable = cuda.is_available() ? cuda.device_count() : 0;
        if (gpus.Count > 0 && usable == 0)
        {
            problems.Add($"The driver shows {string.Join(", ", gpus.Select(gpu => gpu.Name))}, but this libtorch cannot use them. Build with 'dotnet build -p:TorchBackend=cuda', or set {Libtorch.FolderVariable} to the 'lib' folder of a PyTorch with CUDA.");
        }

        if (libtorch.CudaProblem is { } cudaProblem)
        {
            problems.Add($"CUDA's part of libtorch could not be loaded, only the CPU's: {cudaProblem} NVIDIA's driver may be missing or too old.");
        }

        foreach (var name in Enumerable.Range(0, usable).Select(i => $"cuda:{i}").Prepend("cpu"))
        {
            var problem = ComputeCheck.Problem(ComputeDevice.Resolve(name));
            var gpu = gpus.FirstOrDefault(g => $"cuda:{g.Index}" == name);
            devices.Add(new DeviceResult(name, gpu?.Name, gpu?.MemoryBytes, problem is null));
            if (problem is not null)
            {
                problems.Add($"{name} does not compute what it should: {problem}");
            }
        }

        return machine with
        {
            Ok = devices.All(device => device.Works),
            Libtorch = libtorch.Version,
            LibtorchFolder = libtorch.Folder,
            FromEnvironment = libtorch.FromEnvironment,
            Patched = libtorch.Patched,
            FastMkl = libtorch.FastMkl,
            Threads = get_num_threads(),
            Devices = devices,
            Problems = problems,
        };
    }
}
