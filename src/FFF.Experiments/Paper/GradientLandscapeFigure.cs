using FFF.Flows;

namespace FFF.Paper;

/// <summary>Figure 2: the gradients of the loss with the true log-determinant and of the free-form objective, for a linear model in one dimension.</summary>
internal sealed class GradientLandscapeFigure : PaperPart
{
    private const double Deviation = 1.5;
    private const double Beta = 1;
    private const int StartsPerAxis = 11;
    private const string Picture = "landscape.png";

    /// <inheritdoc/>
    public override string Name => "fig2";

    /// <inheritdoc/>
    public override string Title => "Figure 2: gradient landscapes";

    /// <inheritdoc/>
    public override string Shows => "The gradients of L^{f⁻¹}, with the true log-determinant, and of L^g, with the decoder's Jacobian in its place, "
        + "for f(x) = ax, g(z) = bz, data N(0, 1.5²) and β = 1: flow lines show the direction of descent, contours the gradient's length. Both have the minima "
        + "(±2/3, ±1.5). L^g has one more critical point, at a = b = 0, a saddle, to which training does not converge.";

    /// <summary>The critical points of a field in the figure's window.</summary>
    /// <param name="field">The field.</param>
    /// <param name="perAxis">Newton's method starts from so many points along each axis.</param>
    internal static IReadOnlyList<CriticalPoint> CriticalPoints(PlaneField field, int perAxis = StartsPerAxis) => field.CriticalPoints(
        from i in Enumerable.Range(0, perAxis)
        from j in Enumerable.Range(0, perAxis)
        select new PlanePoint(0.99 * 1.5 * ((2.0 * i / (perAxis - 1)) - 1), 0.99 * 3 * ((2.0 * j / (perAxis - 1)) - 1)));

    /// <inheritdoc/>
    public override PaperFindings Work(PaperWorkshop workshop)
    {
        using var exact = new LinearPair(SurrogateForm.Exact, Deviation, Beta);
        using var surrogate = new LinearPair(SurrogateForm.Data, Deviation, Beta);
        (string Name, PlaneField Field)[] fields = [("L^{f⁻¹}", Field(exact)), ("L^g", Field(surrogate))];
        var found = fields.Select(one => (one.Name, one.Field, Points: CriticalPoints(one.Field))).ToList();
        using (var picture = LandscapePlot.Draw(found, "Gradient landscapes of a linear model"))
        {
            picture.Save(Path.Combine(workshop.FolderOf(this), Picture));
        }

        var rows = found.SelectMany(one => one.Points.OrderBy(point => point.At.A)
            .Select(point => (IReadOnlyList<string>)[one.Name, point.Kind.ToString().ToLowerInvariant(), Place(point.At), Published(one.Name, point.Kind)]));
        return new(workshop.IsFull, [new(Picture, "Left the loss with the true log-determinant, right the free-form objective, both by this program's own "
                + "gradients. Lines: descent; shades: the gradient's length on a logarithmic scale; dots: critical points, saddles as crosses.")],
            [new("Critical points (a, b), by Newton's method from 121 starts", ["loss", "kind", "here", "paper"], [.. rows])],
            ["L^{f⁻¹} is not defined at a = 0, where its log-determinant is −∞."], [], []);

        // Thousands of gradients take half a minute.
        PlaneField Field(LinearPair pair) => new(at =>
        {
            workshop.Stop.ThrowIfCancellationRequested();
            return pair.Gradient(at);
        });
    }

    private static string Published(string loss, CriticalKind kind) => kind switch
    {
        CriticalKind.Minimum => "(±2/3, ±1.5), Figure 2",
        CriticalKind.Saddle when loss == "L^g" => "(0, 0), Figure 2",
        _ => "none",
    };

    private static string Place(PlanePoint at) => $"({PaperText.Number(at.A, 4)}, {PaperText.Number(at.B, 4)})";
}
