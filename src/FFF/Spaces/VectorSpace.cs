namespace FFF.Spaces;

/// <summary>R^D: rows of numbers that are nothing but numbers.</summary>
/// <param name="Size">D.</param>
public sealed record VectorSpace(int Size) : Space
{
    /// <inheritdoc/>
    public override int Dimension => Size;

    /// <inheritdoc/>
    public override int DensityDimension => Size;

    /// <inheritdoc/>
    public override string Describe() => $"in {Size} {(Size == 1 ? "dimension" : "dimensions")}";
}
