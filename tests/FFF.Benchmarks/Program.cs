using FFF.Benchmarks;
using FFF.Kernels;
using FFF.Native;
using static TorchSharp.torch;

// Ratios behind single decisions in the library, each measured in one process: dotnet run -c Release --project tests/FFF.Benchmarks [THREADS]
// Peak memory of evaluation without kernels of our own: dotnet run -c Release --project tests/FFF.Benchmarks memory ROWS CONFIG...
Libtorch.Load();
if (args is ["memory", var rows, .. var files])
{
    foreach (var file in files)
    {
        FusedKernels.Without(() =>
        {
            EvaluationMemory.Print(file, int.Parse(rows));
            return true;
        });
    }

    return;
}

set_num_threads(args.Length > 0 ? int.Parse(args[0]) : 1);
foreach (var width in (int[])[64, 256])
{
    FusedPerceptron.Compare(width);
}

KernelRates.Print();
