using FFF.Native;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// Records the operations of a pass once for each shape of batch, and then launches them as one. On a GPU the thousands of small
/// kernels of a step then follow each other without waiting for the host.
/// </summary>
/// <param name="inner">Computes operation by operation: to record from, and for shapes that are rare.</param>
/// <param name="recorder">Records.</param>
internal sealed class GraphedPass(GradientPass inner, IGraphRecorder recorder) : IGradientPass
{
    /// <summary>So often a shape is computed before it is recorded: recording takes as long as a few steps.</summary>
    private const int Patience = 3;

    private readonly Dictionary<string, Recorded> _recorded = [];
    private readonly Dictionary<string, int> _seen = [];
    private bool _givenUp;

    /// <inheritdoc/>
    public long? Launches { get; private set; }

    /// <inheritdoc/>
    public StepNumbers Of(Batch batch, Tensor?[] drawn)
    {
        if (_givenUp)
        {
            return recorder.Unrecorded(() => inner.Of(batch, drawn));
        }

        var shape = Shape(batch, drawn);
        if (!_recorded.TryGetValue(shape, out var recorded))
        {
            var times = _seen.GetValueOrDefault(shape);
            if (times < Patience)
            {
                _seen[shape] = times + 1;
                return recorder.Unrecorded(() => inner.Of(batch, drawn));
            }

            try
            {
                _recorded[shape] = recorded = Record(batch, drawn);
            }
            catch (GraphException e)
            {
                _givenUp = true;
                return recorder.Unrecorded(() => inner.Of(batch, drawn)) with
                {
                    Warning = $"Training steps are given to the device operation by operation, which is slower: {e.Message}",
                };
            }
        }

        Launches = recorded.Recording.Launches;
        recorded.Take(batch, drawn);
        recorded.Recording.Replay();
        return recorded.Numbers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var recorded in _recorded.Values)
        {
            recorded.Dispose();
        }

        _recorded.Clear();
    }

    private static string Shape(Batch batch, Tensor?[] drawn)
    {
        Tensor?[] parts = [batch.Data, batch.Condition, .. drawn];
        return $"{batch.Group}: {string.Join(' ', parts.Select(part => part is null ? "-" : string.Join('x', part.shape)))}";
    }

    private Recorded Record(Batch batch, Tensor?[] drawn)
    {
        using var packed = OneCopy.Pack(batch.Data.device, drawn)!;
        var buffer = packed.to(batch.Data.device).DetachFromDisposeScope();
        var held = batch with { Data = batch.Data.clone().DetachFromDisposeScope(), Condition = batch.Condition?.clone().DetachFromDisposeScope() };
        StepNumbers? numbers = null;
        var recording = recorder.Record(() =>
        {
            using var scope = NewDisposeScope();
            numbers = inner.OnDevice(held, OneCopy.Cut(buffer, drawn));
            return numbers.Values.DetachFromDisposeScope();
        });
        return new(recording, held, buffer, numbers! with { Values = recording.Result });
    }

    /// <summary>A recording with the tensors that it reads and writes.</summary>
    private sealed record Recorded(IGraphRecording Recording, Batch Batch, Tensor Drawn, StepNumbers Numbers) : IDisposable
    {
        public void Take(Batch batch, Tensor?[] drawn)
        {
            using var noGradient = no_grad();
            using var packed = OneCopy.Pack(batch.Data.device, drawn)!;
            Batch.Data.copy_(batch.Data);
            Batch.Condition?.copy_(batch.Condition!);
            Drawn.copy_(packed, nonBlocking: true);
        }

        public void Dispose()
        {
            Recording.Dispose();
            Batch.Data.Dispose();
            Batch.Condition?.Dispose();
            Drawn.Dispose();
        }
    }
}
