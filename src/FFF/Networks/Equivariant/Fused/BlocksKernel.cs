using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant.Fused;

/// <summary>The way of all graphs through all blocks and back, shared between as many threads as libtorch may use.</summary>
internal static unsafe class BlocksKernel
{
    /// <summary>h and x after the blocks, and what the way back needs.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="nodes">h, [P, B, N, H].</param>
    /// <param name="positions">x, [P, B, N, d].</param>
    /// <param name="weights">All blocks' parameters.</param>
    /// <param name="keepTape">Whether there will be a way back.</param>
    public static (Tensor Nodes, Tensor Positions, Tensor? Tape) Forward(KernelShape shape, Tensor nodes, Tensor positions, Tensor[] weights, bool keepTape)
    {
        var batch = (int)nodes.shape[1];
        using var job = new Job(shape, batch, weights, backward: false);
        var (newNodes, newPositions) = (empty_like(nodes), empty_like(positions));
        var blockNumbers = Tape.BlockNumbers(shape);
        var tape = empty([keepTape ? batch * shape.Blocks * blockNumbers : job.Workers * job.ChunkGraphs * blockNumbers], dtype: float32);
        var (h, x, newH, newX, tapeStart) = (Start(nodes), Start(positions), Start(newNodes), Start(newPositions), Start(tape));
        job.Run((worker, memory, first, graphs) =>
        {
            Copy(shape.Planes, batch, shape.Nodes * shape.Width, first, graphs, (float*)h, memory.H, gather: true);
            Copy(shape.Planes, batch, shape.Nodes * shape.Dimensions, first, graphs, (float*)x, memory.X, gather: true);
            var kept = (float*)tapeStart + blockNumbers * (keepTape ? (long)first * shape.Blocks : (long)worker * job.ChunkGraphs);
            ChunkForward.Run(shape, graphs, job.Weights, job.Prepared, memory, kept, keepTape ? graphs * blockNumbers : 0);
            Copy(shape.Planes, batch, shape.Nodes * shape.Width, first, graphs, (float*)newH, memory.H, gather: false);
            Copy(shape.Planes, batch, shape.Nodes * shape.Dimensions, first, graphs, (float*)newX, memory.X, gather: false);
        });
        if (!keepTape)
        {
            tape.Dispose();
        }

        return (newNodes, newPositions, keepTape ? tape : null);
    }

    /// <summary>∂h, ∂x and the parameters' gradients.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="tape">What the way forward left.</param>
    /// <param name="weights">All blocks' parameters.</param>
    /// <param name="gradNodes">∂ of the new h, [P, B, N, H].</param>
    /// <param name="gradPositions">∂ of the new x, [P, B, N, d].</param>
    public static Tensor[] Backward(KernelShape shape, Tensor tape, Tensor[] weights, Tensor gradNodes, Tensor gradPositions)
    {
        var batch = (int)gradNodes.shape[1];
        using var job = new Job(shape, batch, weights, backward: true);
        var (gradH, gradX) = (empty_like(gradNodes), empty_like(gradPositions));
        var numbers = weights.Sum(w => w.numel());
        var gradWeights = zeros(job.Workers, numbers, dtype: float32);
        var blockNumbers = Tape.BlockNumbers(shape);
        var (h, x, newH, newX, tapeStart) = (Start(gradNodes), Start(gradPositions), Start(gradH), Start(gradX), Start(tape));
        var gradients = Enumerable.Range(0, job.Workers).Select(w => Places(weights, Start(gradWeights) + (nint)(w * numbers * sizeof(float)))).ToArray();
        job.Run((worker, memory, first, graphs) =>
        {
            Copy(shape.Planes, batch, shape.Nodes * shape.Width, first, graphs, (float*)h, memory.H, gather: true);
            Copy(shape.Planes, batch, shape.Nodes * shape.Dimensions, first, graphs, (float*)x, memory.X, gather: true);
            var kept = (float*)tapeStart + blockNumbers * first * shape.Blocks;
            ChunkBackward.Run(shape, graphs, job.Weights, gradients[worker], job.Prepared, memory, kept, graphs * blockNumbers);
            Copy(shape.Planes, batch, shape.Nodes * shape.Width, first, graphs, (float*)newH, memory.H, gather: false);
            Copy(shape.Planes, batch, shape.Nodes * shape.Dimensions, first, graphs, (float*)newX, memory.X, gather: false);
        });
        var total = job.Workers == 1 ? gradWeights[0] : gradWeights.sum([0]);
        return [gradH, gradX, .. total.split([.. weights.Select(w => w.numel())]).Zip(weights, (g, w) => g.view(w.shape))];
    }

    private static nint Start(Tensor tensor) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>Where each parameter's numbers lie in a buffer that holds them one after the other.</summary>
    private static nint[] Places(Tensor[] weights, nint start)
    {
        var places = new nint[weights.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = start;
            start += (nint)(weights[i].numel() * sizeof(float));
        }

        return places;
    }

    /// <summary>Copies some graphs' rows of all planes between [P, B, n] and [P, G, n].</summary>
    private static void Copy(int planes, int batch, int row, int first, int graphs, float* all, float* chunk, bool gather)
    {
        for (var p = 0; p < planes; p++)
        {
            var there = new Span<float>(all + ((long)p * batch + first) * row, graphs * row);
            var here = new Span<float>(chunk + (long)p * graphs * row, graphs * row);
            (gather ? there : here).CopyTo(gather ? here : there);
        }
    }

    /// <summary>Who does what: each worker takes a range of graphs, chunk by chunk.</summary>
    private sealed class Job : IDisposable
    {
        private readonly int _batch;
        private readonly ChunkMemory[] _memories;

        public Job(KernelShape shape, int batch, Tensor[] weights, bool backward)
        {
            _batch = batch;
            Workers = Math.Max(1, Math.Min(get_num_threads(), batch));
            ChunkGraphs = Math.Min(shape.ChunkGraphs, (batch + Workers - 1) / Workers);
            Weights = [.. weights.Select(Start)];
            Prepared = (float*)NativeMemory.AlignedAlloc((nuint)(PreparedWeights.Numbers(shape.Width) * shape.Blocks * shape.BlockLayers) * sizeof(float), 64);
            for (var block = 0; block < shape.Blocks; block++)
            {
                for (var layer = 0; layer < shape.BlockLayers; layer++)
                {
                    PreparedWeights.At(Prepared, block * shape.BlockLayers + layer, shape.Width)
                        .Fill(Weights.AsSpan(shape.FirstParameter(block, layer)), layer == shape.Sublayers, shape.Width);
                }
            }

            _memories = [.. Enumerable.Range(0, Workers).Select(_ => new ChunkMemory(shape, ChunkGraphs, backward))];
        }

        public int Workers { get; }

        public int ChunkGraphs { get; }

        public nint[] Weights { get; }

        public float* Prepared { get; }

        public void Run(Action<int, ChunkMemory, int, int> chunk) => KernelThreads.Run(Workers, worker =>
        {
            var (first, last) = ((int)((long)_batch * worker / Workers), (int)((long)_batch * (worker + 1) / Workers));
            for (; first < last; first += ChunkGraphs)
            {
                chunk(worker, _memories[worker], first, Math.Min(ChunkGraphs, last - first));
            }
        });

        public void Dispose()
        {
            NativeMemory.AlignedFree(Prepared);
            Array.ForEach(_memories, m => m.Dispose());
        }
    }
}
