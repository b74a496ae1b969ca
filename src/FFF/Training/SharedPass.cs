using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Distributed;
using FFF.Flows;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// One rank's part of a step that several processes share: the gradient of its rows of the batch, weighted by their number, and then one sum over
/// all ranks that brings the gradient, the terms of the objective, and who wants to stop or has failed.
/// </summary>
/// <remarks>
/// What was drawn is that of the whole batch, of which each rank takes its rows: the objective, and so the run but for its last digits, does not
/// depend on the number of ranks. A rank without rows, as in a small batch of a rare group, adds nothing.
/// </remarks>
internal sealed class SharedPass : IGradientPass
{
    private const int Loss = 0;
    private const int Stop = 1;
    private const int Failed = 2;

    /// <summary>The first of the words of the terms, and after it of how many ranks have them.</summary>
    private const int Terms = 3;

    private static readonly StepTerms[] Kinds = [StepTerms.LatentNll, StepTerms.Reconstruction, StepTerms.InverseError];
    private static readonly int Words = Terms + (2 * Kinds.Length);

    /// <summary>Behind the words, once they have been summed: the norm of the whole gradient.</summary>
    private static readonly int Norm = Words;

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly IGradientPass _inner;
    private readonly IObjective _objective;
    private readonly Tensor _gradients;
    private readonly ProcessGroup _control;
    private readonly ProcessGroup _group;
    private readonly Tensor _buffer;
    private bool _isOver;

    /// <summary>Shares a pass.</summary>
    /// <param name="inner">Computes the gradient of this rank's rows.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="gradients">Where <paramref name="inner"/> writes the gradient, [P].</param>
    /// <param name="group">The processes.</param>
    public SharedPass(IGradientPass inner, IObjective objective, Tensor gradients, ProcessGroup group)
    {
        (_inner, _objective, _gradients, _control, _group) = (inner, objective, gradients, group, group.For(gradients.device));
        _buffer = zeros(gradients.numel() + Words, gradients.dtype, gradients.device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public long? Launches => _inner.Launches;

    /// <summary>What the ranks talk by.</summary>
    public string Engine => _group.Engine;

    /// <summary>Whether this rank has been asked to stop, which the others hear of with the next step.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Whether all ranks stop after this step, as one of them was asked to.</summary>
    public bool Stops { get; private set; }

    /// <summary>Why a flow and an objective cannot be trained by several processes; null where they can.</summary>
    /// <param name="flow">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="batch">Rows of a batch.</param>
    /// <param name="group">The processes.</param>
    public static string? Problem(Flow flow, IObjective objective, long batch, ProcessGroup group) =>
        !Recordable.Is(flow, objective)
            ? "several processes cannot share the batches of modules of PyTorch or of plug-ins: what these compute may depend on the whole batch, as batch "
                + "normalisation does, or draw numbers of its own, as dropout does. Train with one process"
        : group.Size > batch
            ? string.Create(CultureInfo.InvariantCulture,
                $"{group.Size} processes are too many for batches of {batch}: each needs a sample at least. Start fewer")
        : null;

    /// <inheritdoc/>
    public StepNumbers Of(Batch batch, Tensor?[] drawn)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _buffer.zero_();
        var (start, count) = Share(batch.Data.shape[0]);
        string? warning = null;
        if (count > 0)
        {
            try
            {
                warning = Add(batch, drawn, start, count);
            }
            catch (Exception e)
            {
                Leave(e);
                throw;
            }
        }

        var words = Exchange(failed: false);
        _gradients.copy_(_buffer.narrow(0, 0, _gradients.numel()));
        Stops = words[Stop] > 0;
        int[] present = [.. Enumerable.Range(0, Kinds.Length).Where(term => words[Terms + Kinds.Length + term] > 0)];
        double[] numbers = [words[Loss], words[Norm], .. present.Select(term => words[Terms + term])];
        return new(tensor(numbers, float64).MoveToOuterDisposeScope(), present.Aggregate(StepTerms.None, (has, term) => has | Kinds[term]), warning);
    }

    /// <summary>Tells the others that this rank cannot go on, if they do not know yet; they throw in their next call.</summary>
    public void Leave(Exception reason)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        if (reason is PeerException { IsLost: true })
        {
            return;
        }

        try
        {
            using var scope = NewDisposeScope();
            _buffer.zero_();
            Exchange(failed: true);
            _control.Gather(reason.Message.Split('\n')[0] is { Length: > 0 } line ? line : reason.GetType().Name);
        }
        catch (PeerException)
        {
            // Nobody is left to be told.
        }
    }

    /// <summary>After this, nobody waits for this rank any more.</summary>
    public void End() => _isOver = true;

    /// <summary>What rank 0 has computed, on all ranks, once it has; the others wait.</summary>
    /// <param name="compute">Computes it, on rank 0.</param>
    public T OfFirst<T>(Func<T> compute)
    {
        using var scope = NewDisposeScope();
        var value = _control.Rank == 0 ? compute() : default;
        _buffer.zero_();
        Exchange(failed: false);
        var text = _control.Share(JsonSerializer.Serialize(value, Json));
        return _control.Rank == 0 ? value! : JsonSerializer.Deserialize<T>(text, Json)!;
    }

    /// <summary>Gives all ranks the tensors of rank 0.</summary>
    public void Broadcast(IEnumerable<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            _group.Broadcast(tensor);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inner.Dispose();
        _buffer.Dispose();
    }

    /// <summary>The rows of a rank: the first ranks have one more where they do not come out even.</summary>
    private (long Start, long Count) Share(long rows)
    {
        var (each, more) = (rows / _group.Size, rows % _group.Size);
        return ((each * _group.Rank) + Math.Min(more, _group.Rank), each + (_group.Rank < more ? 1 : 0));
    }

    /// <summary>Writes this rank's part of the step into the buffer.</summary>
    private string? Add(Batch batch, Tensor?[] drawn, long start, long count)
    {
        var share = (double)count / batch.Data.shape[0];
        var part = batch with { Data = batch.Data.narrow(0, start, count), Condition = batch.Condition?.narrow(0, start, count) };
        StepNumbers step;
        using (enable_grad())
        {
            step = _inner.Of(part, [drawn[0]! * share, .. _objective.Part(batch, drawn[1..], start, count)]);
        }

        var parameters = _gradients.numel();
        _buffer.narrow(0, 0, parameters).copy_(_gradients);
        void Put(int word, Tensor value) => _buffer.narrow(0, parameters + word, 1).copy_(value);

        // Values are the loss, the norm of a gradient that nobody asks for, and the other terms.
        var next = 2;
        Put(Loss, step.Values[0] * share);
        for (var term = 0; term < Kinds.Length; term++)
        {
            if (step.Has.HasFlag(Kinds[term]))
            {
                Put(Terms + term, step.Values[next++] * share);
                _buffer[parameters + Terms + Kinds.Length + term] = 1;
            }
        }

        return step.Warning;
    }

    /// <summary>The sum over all ranks, and of it the words behind the gradient, and its norm: the only time that a step waits for the device.</summary>
    /// <exception cref="PeerException">A rank has failed, or was lost.</exception>
    private double[] Exchange(bool failed)
    {
        var parameters = _gradients.numel();
        using var noGradient = no_grad();
        _buffer[parameters + Stop] = IsAsked ? 1 : 0;
        _buffer[parameters + Failed] = failed ? 1 : 0;
        _group.Sum(_buffer);
        var words = cat([_buffer.narrow(0, parameters, Words), _buffer.narrow(0, 0, parameters).norm().view(1)], 0).to(float64).cpu()
            .data<double>().ToArray();
        if (words[Failed] > 0 && !failed)
        {
            _isOver = true;
            var (reason, rank) = _control.Gather("").Select((text, index) => (text, index)).First(entry => entry.text.Length > 0);
            throw new PeerException($"Rank {rank} of the {_group.Size} processes that train together failed: {reason}");
        }

        return words;
    }
}
