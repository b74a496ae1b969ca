using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text.Json;
using FFF.Benchmarks;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Devices;
using FFF.Kernels;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff doctor</c></summary>
internal static class DoctorCommand
{
    private static readonly Option<string?> Device = new("--device")
    {
        Description = "A device that is examined as well; those that are there are in any case.",
        HelpName = "DEVICE",
    };
    private static readonly Option<IReadOnlyList<ExamWorkload>?> Workloads = new("--workloads")
    {
        Description = $"What devices are examined with: all, or some of {string.Join(", ", ExamWorkload.All.Select(workload => workload.Name))}; "
            + $"{string.Join(" and ", ExamWorkload.Short.Select(workload => workload.Name))} if left out.",
        HelpName = "all|LIST",
        CustomParser = ReadWorkloads,
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("doctor", "Tells what the program found on this machine, does on every device what training does and compares with "
                + "the CPU's numbers, and says what to do where something is missing.",
            "fff doctor", "fff doctor --workloads all --json", "FFF_LIBTORCH=/path/to/torch/lib fff doctor") { Device, Workloads, Json };
        Device.Validators.Add(CommonOptions.CheckDevice);
        command.SetAction(parsed =>
        {
            var result = Examine(parsed.GetValue(Device), parsed.GetValue(Workloads) ?? ExamWorkload.Short);
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

    private static IReadOnlyList<ExamWorkload> ReadWorkloads(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var names = text == "all" ? [.. ExamWorkload.All.Select(workload => workload.Name)] : text.Split(',', StringSplitOptions.TrimEntries);
        foreach (var unknown in names.Where(name => ExamWorkload.All.All(workload => workload.Name != name)))
        {
            result.AddError(
                $"--workloads: expected all, or some of {string.Join(", ", ExamWorkload.All.Select(workload => workload.Name))}, found '{unknown}'.");
        }

        return [.. ExamWorkload.All.Where(workload => names.Contains(workload.Name))];
    }

    private static DoctorResult Examine(string? device, IReadOnlyList<ExamWorkload> workloads)
    {
        var cores = UsableCores.OfThisProcess();
        var machine = new DoctorResult(
            false, typeof(Libtorch).Assembly.GetName().Version!.ToString(3), Environment.Version.ToString(),
            $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})", cores.Count, cores.Reason, FusedKernels.OfProcessor is not null,
            FusedKernels.OfProcessor?.VectorBits ?? 0, null, null, null, null, null, null, null, null, null, [], []);
        try
        {
            return WithLibtorch(machine, Libtorch.Load(), device, workloads);
        }
        catch (LibtorchException e)
        {
            return machine with { Problems = [e.Message] };
        }
    }

    private static DoctorResult WithLibtorch(DoctorResult machine, LibtorchInfo libtorch, string? asked, IReadOnlyList<ExamWorkload> workloads)
    {
        var (fit, gpus, there) = (LibraryFit.OfLoaded(), CudaDevices.List(), DeviceFacts.OfThisMachine());
        var problems = new List<string>();
        if (fit.Missing.Count > 0)
        {
            problems.Add("TorchSharp's native library calls what this libtorch does not have; the program would end as soon as it does. "
                + $"It is made for libtorch {Libtorch.PackageVersion}. Missing: {string.Join(", ", fit.Missing)}");
        }

        if (gpus.Count > 0 && DeviceRule.Obstacle(there, 0) is { } obstacle)
        {
            problems.Add(obstacle);
        }

        if (!libtorch.KeepsObjects)
        {
            problems.Add("TorchSharp.dll is not the one that the build wove: a garbage collection may free what libtorch still reads. "
                + "Build again, without -p:WovenTorchSharp=false.");
        }

        if (libtorch.CudaProblem is { } cudaProblem)
        {
            problems.Add($"CUDA's part of libtorch could not be loaded, only the CPU's: {cudaProblem} NVIDIA's driver may be missing or too old.");
        }

        string[] found = ["cpu", .. Enumerable.Range(0, there.Usable).Select(i => $"cuda:{i}")];
        var also = asked is null or DeviceRule.Auto ? null : asked == DeviceRule.Cuda ? "cuda:0" : asked;
        var exam = new DeviceExam(Console.Error.WriteLine);
        DeviceResult[] devices =
        [
            .. found.Append(also ?? "cpu").Distinct().Select(name => Examine(name, exam, workloads, gpus.FirstOrDefault(gpu => $"cuda:{gpu.Index}" == name))),
        ];
        problems.AddRange(devices.SelectMany(Problems));
        return machine with
        {
            Ok = fit.Missing.Count == 0 && devices.All(device => device.Works),
            Libtorch = libtorch.Version,
            LibtorchFolder = libtorch.Folder,
            FromEnvironment = libtorch.FromEnvironment,
            Patched = libtorch.Patched,
            FastMkl = libtorch.FastMkl,
            KeepsObjects = libtorch.KeepsObjects,
            Threads = get_num_threads(),
            Imports = fit.Imports,
            MissingImports = fit.Missing,
            Devices = devices,
            Problems = problems,
        };
    }

    private static DeviceResult Examine(string name, DeviceExam exam, IReadOnlyList<ExamWorkload> workloads, CudaDevice? gpu)
    {
        try
        {
            DeviceCheck[] checks = [.. exam.Of(ComputeDevice.Resolve(name), workloads)];
            return new(name, gpu?.Name, gpu?.MemoryBytes, checks.All(check => check.Works), DeviceExam.Tolerance, checks, null);
        }
        catch (Exception e) when (e is DeviceException or PlatformNotSupportedException)
        {
            return new(name, gpu?.Name, gpu?.MemoryBytes, false, DeviceExam.Tolerance, [], e.Message);
        }
    }

    private static IEnumerable<string> Problems(DeviceResult device) =>
    [
        .. device.Problem is { } problem ? [problem] : Array.Empty<string>(),
        .. device.Checks.Where(check => !check.Works).Select(check => $"{device.Device}, {check.Workload}, {check.What}: {check.Problem}"),
    ];
}
