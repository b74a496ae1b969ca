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
    /// <returns>h, x, and what each chunk leaves in each block, chunk by chunk; empty where there is no way back.</returns>
    public static (Tensor Nodes, Tensor Positions, Tensor[] Tapes) Forward(KernelShape shape, Tensor nodes, Tensor positions, Tensor[] weights, bool keepTape)
    {
        var batch = (int)nodes.shape[1];
        using var job = new Job(shape, batch, weights, backward: false);
        var (newNodes, newPositions) = (empty_like(nodes), empty_like(positions));

        // Many small tensors: the C library keeps those for the next step, but gives back what is larger than 32 MiB.
        Tensor[] tapes = [.. Enumerable.Range(0, (keepTape ? job.Chunks : job.Workers) * (keepTape ? shape.Blocks : 1))
            .Select(_ => empty([job.ChunkGraphs * Tape.BlockNumbers(shape)], dtype: float32))];
        var places = Enumerable.Range(0, keepTape ? tapes.Length : tapes.Length * shape.Blocks).Select(i => Start(tapes[keepTape ? i : i / shape.Blocks])).ToArray();
        var (h, x, newH, newX) = (Start(nodes), Start(positions), Start(newNodes), Start(newPositions));
        job.Run((worker, chunk, memory, first, graphs) =>
        {
            Copy(shape.Planes, batch, shape.Nodes * shape.Width, first, graphs, (float*)h, memory.H, gather: true);
            Copy(shape.Planes, batch, shape.Nodes * shape.Dimensions, first, graphs, (float*)x, memory.X, gather: true);
            var kept = places.AsSpan((keepTape ? chunk : worker) * shape.Blocks, shape.Blocks);
            ChunkForward.Run(shape, graphs, job.Weights, job.Prepared, memory, kept);
            Copy(shape.Planes, batch, shape.Nodes * shape.Width, first, graphs, (float*)newH, memory.H, gather: false);
            Copy(shape.Planes, batch, shape.Nodes * shape.Dimensions, first, graphs, (float*)newX, memory.X, gather: false);
        });
        Keep([nodes, positions, .. weights]);
        if (!keepTape)
        {
            Array.ForEach(tapes, t => t.Dispose());
        }

        return (newNodes, newPositions, keepTape ? tapes : []);
    }

    /// <summary>∂h, ∂x and the parameters' gradients.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="tapes">What the way forward left, chunk by chunk.</param>
    /// <param name="weights">All blocks' parameters.</param>
    /// <param name="gradNodes">∂ of the new h, [P, B, N, H].</param>
    /// <param name="gradPositions">∂ of the new x, [P, B, N, d].</param>
    /// <param name="ofWeights">Whether the parameters' gradients are asked for; they are null if not.</param>
    public static Tensor[] Backward(KernelShape shape, Tensor[] tapes, Tensor[] weights, Tensor gradNodes, Tensor gradPositions, bool ofWeights)
    {
        var batch = (int)gradNodes.shape[1];
        using var job = new Job(shape, batch, weights, backward: true);
        var (gradH, gradX) = (empty_like(gradNodes), empty_like(gradPositions));
        var numbers = weights.Sum(w => w.numel());
        var gradWeights = zeros(job.Workers, numbers, dtype: float32);
        var (h, x, newH, newX) = (Start(gradNodes), Start(gradPositions), Start(gradH), Start(gradX));
        var places = tapes.Select(Start).ToArray();
        var gradients = Enumerable.Range(0, job.Workers).Select(w => Places(weights, Start(gradWeights) + (nint)(w * numbers * sizeof(float)))).ToArray();
        job.Run((worker, chunk, memory, first, graphs) =>
        {
            Copy(shape.Planes, batch, shape.Nodes * shape.Width, first, graphs, (float*)h, memory.H, gather: true);
            Copy(shape.Planes, batch, shape.Nodes * shape.Dimensions, first, graphs, (float*)x, memory.X, gather: true);
            ChunkBackward.Run(shape, graphs, job.Weights, gradients[worker], job.Prepared, memory, places.AsSpan(chunk * shape.Blocks, shape.Blocks), ofWeights);
            Copy(shape.Planes, batch, shape.Nodes * shape.Width, first, graphs, (float*)newH, memory.H, gather: false);
            Copy(shape.Planes, batch, shape.Nodes * shape.Dimensions, first, graphs, (float*)newX, memory.X, gather: false);
        });
        Keep([gradNodes, gradPositions, .. tapes, .. weights]);
        if (!ofWeights)
        {
            return [gradH, gradX, .. weights.Select(_ => (Tensor)null!)];
        }

        var total = job.Workers == 1 ? gradWeights[0] : gradWeights.sum([0]);
        return [gradH, gradX, .. total.split([.. weights.Select(w => w.numel())]).Zip(weights, (g, w) => g.view(w.shape))];
    }

    private static nint Start(Tensor tensor) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>The addresses that <see cref="Start"/> gave out were good up to here.</summary>
    private static void Keep(Tensor[] tensors) => GC.KeepAlive(tensors);

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

    /// <summary>Who does what: each worker takes a range of the chunks, one after the other.</summary>
    private sealed class Job : IDisposable
    {
        private readonly int _batch;
        private readonly ChunkMemory[] _memories;

        public Job(KernelShape shape, int batch, Tensor[] weights, bool backward)
        {
            _batch = batch;
            Workers = Math.Max(1, Math.Min(get_num_threads(), batch));

            // As many chunks for each worker, of nearly the same size.
            Chunks = Math.Min(batch, Workers * ((batch + Workers * shape.ChunkGraphs - 1) / (Workers * shape.ChunkGraphs)));
            ChunkGraphs = (batch + Chunks - 1) / Chunks;
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

        public int Chunks { get; }

        /// <summary>The most graphs of a chunk.</summary>
        public int ChunkGraphs { get; }

        public nint[] Weights { get; }

        public float* Prepared { get; }

        /// <summary>Calls work with the worker, the chunk, the worker's memory, the chunk's first graph and how many it has.</summary>
        public void Run(Action<int, int, ChunkMemory, int, int> work) => KernelThreads.Run(Workers, worker =>
        {
            for (var chunk = Part(Chunks, worker, Workers); chunk < Part(Chunks, worker + 1, Workers); chunk++)
            {
                var first = Part(_batch, chunk, Chunks);
                work(worker, chunk, _memories[worker], first, Part(_batch, chunk + 1, Chunks) - first);
            }
        });

        public void Dispose()
        {
            NativeMemory.AlignedFree(Prepared);
            Array.ForEach(_memories, m => m.Dispose());
        }

        /// <summary>Where part i of n begins.</summary>
        private static int Part(int count, int i, int n) => (int)((long)count * i / n);
    }
}
