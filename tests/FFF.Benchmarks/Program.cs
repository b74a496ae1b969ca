using FFF.Benchmarks;
using FFF.Native;
using static TorchSharp.torch;

// Ratios behind single decisions in the library, each measured in one process: dotnet run -c Release --project tests/FFF.Benchmarks
Libtorch.Load();
set_num_threads(args.Length > 0 ? int.Parse(args[0]) : 1);
foreach (var width in (int[])[64, 256])
{
    FusedPerceptron.Compare(width);
}
