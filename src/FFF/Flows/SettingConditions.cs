using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// The settings of the objective that are drawn per sample and told to the networks: log β and log σ, each scaled
/// from its range to [−1, 1] and appended to the condition.
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

    /// <summary>How many entries they add to the condition.</summary>
    public int Count => (Beta is null ? 0 : 1) + (Noise is null ? 0 : 1);

    /// <summary>The condition, [B, C], with the settings, [B] each, in [−1, 1].</summary>
    public Tensor? Append(Tensor? condition, Tensor? beta, Tensor? noise)
    {
        Tensor[] parts = [.. new[] { condition, beta?.unsqueeze(-1), noise?.unsqueeze(-1) }.OfType<Tensor>()];
        return parts.Length switch { 0 => null, 1 => parts[0], _ => cat(parts, -1) };
    }

    /// <summary>The condition for sampling and evaluation: the largest β, the smallest σ.</summary>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="like">Tells rows, type and device.</param>
    public Tensor? ForEvaluation(Tensor? condition, Tensor like) =>
        Append(condition, Beta is null ? null : ones(like.shape[0], dtype: like.dtype, device: like.device),
            Noise is null ? null : -ones(like.shape[0], dtype: like.dtype, device: like.device));

    /// <summary>exp of the value that t in [−1, 1] stands for between log low and log high.</summary>
    public static Tensor FromUnit(Tensor t, SettingRange range) =>
        ((t + 1) * (0.5 * Math.Log(range.High / range.Low)) + Math.Log(range.Low)).exp();
}
