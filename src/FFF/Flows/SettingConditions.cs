using FFF.Networks.Embeddings;
using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// What networks are told of a sample beside its numbers: its condition, or the summary of it that an embedding makes, and the settings of the objective
/// that are drawn per sample, log β and log σ, each scaled from its range to [−1, 1] and appended.
/// </summary>
/// <param name="Beta">The range of β; null where it is not drawn.</param>
/// <param name="Noise">The range of σ; null where it is not drawn.</param>
public sealed record SettingConditions(SettingRange? Beta, SettingRange? Noise)
{
    /// <summary>No settings: the condition stays as it is.</summary>
    public static SettingConditions None { get; } = new(null, null);

    /// <summary>The settings that this objective draws.</summary>
    public static SettingConditions Of(ObjectiveConfig objective) =>
        new(objective.Beta as SettingRange, objective.Noise as SettingRange);

    /// <summary>The network that conditions go through first; null where they are told as they are.</summary>
    public IEmbedding? Embedding { get; init; }

    /// <summary>How many entries they add to the condition.</summary>
    public int Count => (Beta is null ? 0 : 1) + (Noise is null ? 0 : 1);

    /// <summary>The condition or its summary, [B, E], with the settings, [B] each, in [−1, 1].</summary>
    public Tensor? Append(Tensor? condition, Tensor? beta, Tensor? noise)
    {
        Tensor[] parts = [.. new[] { condition, beta?.unsqueeze(-1), noise?.unsqueeze(-1) }.OfType<Tensor>()];
        return parts.Length switch { 0 => null, 1 => parts[0], _ => cat(parts, -1) };
    }

    /// <summary>What networks are told in sampling and evaluation: the condition or its summary, the largest β, the smallest σ. No graph is kept.</summary>
    /// <param name="condition">[B, C], or one for all, [1, C], of which one summary is made; null where C = 0.</param>
    /// <param name="like">Tells rows, type and device.</param>
    public Tensor? ForEvaluation(Tensor? condition, Tensor like) =>
        Append(
            condition is null ? null : Summary(condition).expand(like.shape[0], -1),
            Beta is null ? null : ones(like.shape[0], dtype: like.dtype, device: like.device),
            Noise is null ? null : -ones(like.shape[0], dtype: like.dtype, device: like.device));

    private Tensor Summary(Tensor condition)
    {
        using var noGradient = no_grad();
        return Embedding is null
            ? condition
            : RowChunks.Run(condition, null, MemoryBudget.Rows(Embedding.NumbersOfRow, condition), (rows, _) => [Embedding.Forward(rows)])[0];
    }

    /// <summary>exp of the value that t in [−1, 1] stands for between log low and log high.</summary>
    public static Tensor FromUnit(Tensor t, SettingRange range) =>
        ((t + 1) * (0.5 * Math.Log(range.High / range.Low)) + Math.Log(range.Low)).exp();
}
