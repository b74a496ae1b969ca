using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FFF.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Distributed;

/// <summary>A group by libtorch's c10d: Gloo on the CPU, NCCL between CUDA devices.</summary>
internal sealed partial class C10dGroup : ProcessGroup
{
    /// <summary>How many seconds the other ranks are waited for, at the start and in every step; in place of the defaults.</summary>
    public const string TimeoutVariable = "FFF_RANK_TIMEOUT";

    /// <summary>Machines of a cluster start within minutes of each other.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The others wait while rank 0 validates.</summary>
    private static readonly TimeSpan StepTimeout = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly RankPlace _place;
    private readonly C10dStore _store;
    private readonly C10dBackend _backend;
    private readonly nint _group;
    private readonly TimeSpan _timeout;

    private C10dGroup(RankPlace place, C10dStore store, C10dBackend backend, string engine, TimeSpan timeout)
    {
        (_place, _store, _backend, _timeout, Engine) = (place, store, backend, timeout, engine);

        // Gloo writes to stdout whom it is connected to.
        using var muted = new MutedOutput();

        // Collectives end, at the latest, by the engine's own timeout; ours is for an engine that does not.
        _group = backend.NewGroup(store.Within(engine), place.Rank, place.Size, place.Meeting.OwnAddress(), timeout);
    }

    /// <inheritdoc/>
    public override int Rank => _place.Rank;

    /// <inheritdoc/>
    public override int Size => _place.Size;

    /// <inheritdoc/>
    public override string Engine { get; }

    /// <summary>Meets the other processes.</summary>
    /// <param name="place">Which one this is.</param>
    /// <param name="problem">Tells why the others cannot come any more, if it is known; null if left out.</param>
    /// <param name="stop">Gives up waiting, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ProcessGroupException">The engine is missing, or not all of the processes came.</exception>
    public static C10dGroup Meet(RankPlace place, Func<string?>? problem = null, CancellationToken stop = default)
    {
        var gloo = RequireEngine();
        var (start, step) = (Timeout() ?? StartTimeout, Timeout() ?? StepTimeout);
        place.Meeting.Await(start);
        var store = place.Meeting.File is { } file
            ? C10dStore.OfFile(file, place.Size)
            : C10dStore.OfHost(place.Meeting.Host, place.Meeting.Port, place.Meeting.IsHere, $"fff/{place.Meeting.Attempt}", start);

        // Whoever is missing would be waited for by the engine, and end the process.
        store.Add("here", 1);
        for (var clock = Stopwatch.StartNew(); store.Add("here", 0) is var here && here < place.Size; Thread.Sleep(Interval))
        {
            stop.ThrowIfCancellationRequested();
            if (problem?.Invoke() is { } reason)
            {
                throw new ProcessGroupException(reason);
            }

            if (clock.Elapsed > start)
            {
                throw new ProcessGroupException($"only {here} of {place.Size} processes came within {start.TotalSeconds:F0} seconds "
                    + $"({TimeoutVariable} sets another time). Start all ranks at the same time.");
            }
        }

        return new C10dGroup(place, store, gloo, "Gloo", step);
    }

    /// <summary>Makes sure that this libtorch can do it.</summary>
    /// <exception cref="ProcessGroupException">It cannot.</exception>
    public static C10dBackend RequireEngine() => C10dBackend.Gloo
        ?? throw new ProcessGroupException($"several processes cannot train together here: {C10dBackend.MissingGloo}. Train with one process.");

    /// <inheritdoc/>
    public override void Sum(Tensor tensor) => Through(tensor, on => Complete(_backend.Allreduce(_group, on.Handle)));

    /// <inheritdoc/>
    public override void Broadcast(Tensor tensor) => Through(tensor, on => Complete(_backend.Broadcast(_group, on.Handle)));

    /// <summary>NCCL between CUDA devices, where there is such; whatever else lives elsewhere goes through the CPU.</summary>
    /// <inheritdoc/>
    public override ProcessGroup For(Device device)
    {
        // All are asked: one that lacks it would be waited for by the others.
        var all = Gather(device.type == DeviceType.CUDA && C10dBackend.Nccl is not null ? "yes" : "no").All(answer => answer == "yes");
        return all ? new C10dGroup(_place, _store, C10dBackend.Nccl!, "NCCL", _timeout) : this;
    }

    private static TimeSpan? Timeout()
    {
        var text = Environment.GetEnvironmentVariable(TimeoutVariable);
        return string.IsNullOrWhiteSpace(text) ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1_000_000
                ? TimeSpan.FromSeconds(seconds)
                : throw new ProcessGroupException($"{TimeoutVariable}: expected seconds, a whole number above 0, found '{text}'.");
    }

    private void Through(Tensor tensor, Action<Tensor> collective)
    {
        if (tensor.device_type == (_backend == C10dBackend.Gloo ? DeviceType.CPU : DeviceType.CUDA))
        {
            collective(tensor);
            GC.KeepAlive(tensor);
            return;
        }

        using var noGradient = no_grad();
        using var there = tensor.to(_backend == C10dBackend.Gloo ? CPU : CUDA);
        collective(there);
        tensor.copy_(there);
    }

    /// <summary>
    /// Waits for a collective by looking: its own way of waiting throws where it failed, which no .NET method could catch. It looks often at
    /// first, then with pauses, so that it takes no core from a rank that still computes.
    /// </summary>
    private void Complete(nint work)
    {
        const int PatientAfterMicroseconds = 100;
        const uint PauseMicroseconds = 30;
        var clock = Stopwatch.StartNew();
        while (!_backend.IsCompleted(work))
        {
            if (clock.Elapsed.TotalMicroseconds < PatientAfterMicroseconds)
            {
                Thread.Yield();
            }
            else if (clock.Elapsed > _timeout + StartTimeout)
            {
                throw Lost("takes too long");
            }
            else
            {
                _ = Sleep(PauseMicroseconds);
            }
        }

        var success = _backend.IsSuccess(work);
        _backend.Release(work);
        if (!success)
        {
            throw Lost(clock.Elapsed >= _timeout ? $"has not answered for {_timeout.TotalSeconds:F0} seconds ({TimeoutVariable})" : "was lost");
        }
    }

    private PeerException Lost(string how) =>
        new($"Another of the {Size} processes that train together {how}: it was killed, or its machine or the network failed.") { IsLost = true };

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
