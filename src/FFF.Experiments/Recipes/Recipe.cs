using System.Globalization;
using FFF.Flows;

namespace FFF.Recipes;

/// <summary>
/// Settings for the first training of a free-form flow on data of this shape. They are rules of thumb, each with its reason; what was measured with them,
/// beside other methods, stands in docs/results/inference.md.
/// </summary>
/// <param name="Width">Units of each hidden layer.</param>
/// <param name="Blocks">Residual blocks.</param>
/// <param name="BatchSize">Rows of a step.</param>
/// <param name="Epochs">How often the training rows are gone through.</param>
/// <param name="ValidateEvery">Epochs between validations: twenty of them find the best checkpoint well enough.</param>
/// <param name="FinalBeta">What the weight of the reconstruction usually rises to.</param>
/// <param name="Ema">The decay of the averaged weights per step.</param>
/// <param name="IsExact">Whether the log-determinant itself is trained on, in place of its estimate.</param>
/// <param name="Summary">How many numbers the conditions are summarised by, which encoder and decoder are told in their place; null where they are few.</param>
internal sealed record Recipe(int Width, int Blocks, int BatchSize, int Epochs, int ValidateEvery, double FinalBeta, double Ema, bool IsExact, int? Summary)
{
    /// <summary>The peak of Adam's one cycle. Twice as much diverges on narrow posteriors, half of it takes more steps.</summary>
    public const double LearningRate = 2e-3;

    private const int SmallWidth = 64;
    private const int LargeWidth = 128;
    private const int ManyNumbers = 10;

    /// <summary>Up to here a tangent for each dimension costs little. It keeps an encoder from folding, where log|det J| falls without bound.</summary>
    private const int ExactDimensions = 5;
    private const long ManyRows = 50_000;

    /// <summary>
    /// Encoder and decoder that are told more learn training rows by heart each in its own way, and undo each other on no others: bernoulli_glm_raw 3.84 nats,
    /// and 2.44 by one narrow summary that both are told, and few units; slcp_distractors 8.23 and 6.66. Wider ones have 2.59 and 7.01.
    /// </summary>
    private const int ManyConditions = 40;
    private const int LeastSummary = 8;

    /// <summary>
    /// Two learn posteriors that are much narrower than their prior badly: two_moons -3.50 nats in place of -3.67, gaussian_mixture 1.21 in place of 1.03.
    /// </summary>
    private const int ManyBlocks = 4;
    private const int FewBlocks = 2;

    private const int UsualBatch = 128;
    private const int SmallestBatch = 16;
    private const long FewestBatches = 8;

    private const double UsualSteps = 25_000;
    private const double StepsOfLargeWidth = 16_000;
    private const double UsualRows = 8_000;
    private const double MoreStepsByRows = 0.2;

    private const double FewestEpochs = 100;
    private const double EpochsByRowsOfCoefficient = 40;
    private const double FewRowsOfCoefficient = 5;

    private const double FinalBetaOfFewRows = 100;

    private const long ManySteps = 10_000;
    private const int Validations = 20;

    private static readonly double UsualFinalBeta = new AutomaticSetting().To;

    /// <summary>Whether rows are so few beside the numbers in one that a large weight of the reconstruction only sharpens what is learnt by heart.</summary>
    public bool IsOfFewRows => FinalBeta < UsualFinalBeta;

    /// <summary>Why there are no more epochs, as it goes on in a sentence; empty where the steps decided.</summary>
    public string WhyEpochs { get; private init; } = "";

    /// <summary>The settings for data.</summary>
    /// <param name="rows">N, the rows that are trained on.</param>
    /// <param name="dimension">D, the numbers of a row that are learnt.</param>
    /// <param name="conditions">C, those that are given.</param>
    public static Recipe Of(long rows, int dimension, int conditions)
    {
        var numbers = dimension + conditions;

        // Few rows are cut into at least so many batches, so that a step sees their scatter.
        var batch = UsualBatch;
        while (batch > SmallestBatch && rows / batch < FewestBatches)
        {
            batch /= 2;
        }

        // More units pay where there are rows to learn them from, or more numbers than few units would carry; they learn rows by heart sooner.
        var isSummarised = conditions > ManyConditions;
        var width = (numbers > ManyNumbers && !isSummarised) || rows >= ManyRows ? LargeWidth : SmallWidth;

        // 25,000 steps bring 8,000 rows to where more change little; twelve times as many rows want about 42,000.
        var stepsOfEpoch = Math.Max(1, rows / batch);
        var steps = (width == LargeWidth && rows < ManyRows ? StepsOfLargeWidth : UsualSteps) * Math.Pow(Math.Max(1, rows / UsualRows), MoreStepsByRows);

        // A linear map between all numbers has (D + C)² coefficients. Where rows are few beside that, further epochs only learn them by heart.
        var rowsOfCoefficient = rows / ((double)numbers * numbers);
        var mostEpochs = FewestEpochs + (EpochsByRowsOfCoefficient * rowsOfCoefficient);
        var epochs = (int)Math.Clamp(Math.Round(Math.Min(steps / stepsOfEpoch, mostEpochs)), 1, int.MaxValue);
        var every = Math.Max(1, epochs / Validations);

        return new(
            width,
            dimension <= ExactDimensions ? ManyBlocks : FewBlocks,
            batch,
            epochs / every * every,
            every,
            // A large weight makes decoder and encoder each other's inverse; of few rows it only sharpens what was learnt by heart.
            rowsOfCoefficient < FewRowsOfCoefficient ? FinalBetaOfFewRows : UsualFinalBeta,
            // An average over about a thousand steps, or a hundred where there are not many more than that.
            stepsOfEpoch * epochs > ManySteps ? 0.999 : 0.99,
            dimension <= ExactDimensions,
            isSummarised ? Math.Max(LeastSummary, dimension) : null)
        {
            WhyEpochs = mostEpochs < steps / stepsOfEpoch
                ? string.Create(CultureInfo.InvariantCulture, $", no more, since {numbers} numbers in a row are many beside so few rows")
                : "",
        };
    }
}
