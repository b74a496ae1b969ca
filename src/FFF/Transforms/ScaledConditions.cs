using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>Conditions by what is scaled of them: each column, or each quantity of columns that are alike.</summary>
/// <param name="Rows">[N, C]; all sights of P quantities, [N · C / P, P].</param>
/// <param name="MomentsAfter">Their moments behind a transform; null for none.</param>
/// <param name="Scalings">How each is scaled, C or P of them.</param>
internal sealed record ScaledConditions(Tensor Rows, Func<ITransform?, ColumnMoments> MomentsAfter, IReadOnlyList<Scaling> Scalings);
