namespace FFF.Paper;

/// <summary>A figure, a table or a theorem of the paper, as something that can be run.</summary>
/// <remarks>Draxler, Sorrenson, Zimmermann, Rousselot and Köthe, "Free-form Flows: Make Any Architecture a Normalizing Flow", AISTATS 2024.</remarks>
internal abstract class PaperPart
{
    /// <summary>All parts, in the paper's order.</summary>
    public static IReadOnlyList<PaperPart> All { get; } = [new MoleculeFigure(), new GradientLandscapeFigure(), new BenchmarkFigure(),
        new MixtureFigure(), new PartitionFigure(), new TheoryPart(), new BoltzmannPart(), new MoleculeMetrics()];

    /// <summary>What the command line calls it.</summary>
    public abstract string Name { get; }

    /// <summary>Its title.</summary>
    public abstract string Title { get; }

    /// <summary>What the paper shows there, in words.</summary>
    public abstract string Shows { get; }

    /// <summary>The runs that it needs.</summary>
    /// <param name="isFull">Whether the published sizes are wanted.</param>
    public virtual IEnumerable<PaperTraining> Trainings(bool isFull) => [];

    /// <summary>Does what it takes, going on where an earlier call was stopped.</summary>
    /// <param name="workshop">Where and how.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop; what is done stays.</exception>
    /// <exception cref="PaperException">A training or an evaluation failed.</exception>
    public abstract PaperFindings Work(PaperWorkshop workshop);
}
