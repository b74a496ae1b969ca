using FFF.Kernels;
using FFF.Kernels.Classifiers;
using FFF.Kernels.Vectors;
using FFF.Native;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Benchmarks;

/// <summary>What our kernels reach on one core, with vectors of each width: products beside libtorch's of large matrices, and classifiers.</summary>
internal static unsafe class KernelRates
{
    private const int Rows = 672;
    private const int Large = 1024;
    private const int Points = 8000;
    private const int Batch = 200;

    public static void Print()
    {
        foreach (var width in (int[])[48, 64, 96])
        {
            Product<Lanes512>(width);
            Product<Lanes256>(width);
        }

        foreach (var dimension in (int[])[2, 10])
        {
            Classifier(dimension);
        }
    }

    private static void Product<V>(int width)
        where V : unmanaged, ILanes<V>
    {
        using var scope = NewDisposeScope();
        var (a, b, c, large) = (ones(Rows, width), ones(width, width), zeros(Rows, width), ones(Large, Large));
        var (from, by, to) = (TensorMemory.Address(a), TensorMemory.Address(b), TensorMemory.Address(c));
        var (ours, theirs) = Alternation.Medians(
            () => PanelProduct<V>.Multiply((float*)from, width, 1, (float*)by, width, (float*)to, width, Rows, width, width, accumulate: false),
            () => mm(large, large).Dispose());
        GC.KeepAlive((a, b, c));
        var (own, limit) = (2e-6 * Rows * width * width / ours, 2e-6 * Large * Large * Large / theirs);
        Console.WriteLine($"product {Rows} x {width} x {width}, vectors of {32 * V.Count} bits: {own:F0} GFLOP/s, "
            + $"{own / limit:F2} of the {limit:F0} of libtorch's of {Large} x {Large}");
    }

    private static void Classifier(int dimension)
    {
        using var scope = NewDisposeScope();
        var layout = new ClassifierLayout(dimension);
        var random = new RandomStream(1);
        var signs = (arange(Points) % 2 * 2 - 1).to(float32).view(-1, 1);
        var points = cat([random.Normal([Points, dimension]), ones(Points, 1), signs], 1).data<float>().ToArray();
        var initial = (0.2 * random.Normal([layout.Count])).data<float>().ToArray();
        long[] rows = [.. Enumerable.Range(0, Points).Select(i => (long)i)];
        using var wide = new CpuKernels<Lanes512>().Classifier(layout, initial, points, Batch);
        using var narrow = new CpuKernels<Lanes256>().Classifier(layout, initial, points, Batch);
        var (first, second) = Alternation.Medians(() => wide.Epoch(rows, rows, Batch), () => narrow.Epoch(rows, rows, Batch));
        var gflop = 2e-6 * Points * layout.Hidden * (2 * (dimension + 1) + 3 * layout.Hidden + 2);
        Console.WriteLine($"classifier of {dimension} dimensions, an epoch of {Points} points: {first:F2} ms ({gflop / first:F0} GFLOP/s) "
            + $"with vectors of 512 bits, {second:F2} ms ({gflop / second:F0}) of 256");
    }
}
