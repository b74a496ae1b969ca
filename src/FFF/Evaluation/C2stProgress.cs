namespace FFF.Evaluation;

/// <summary>How far the test has come.</summary>
/// <param name="Epoch">The epoch that the classifiers in training have reached.</param>
/// <param name="Finished">How many classifiers are trained and scored.</param>
/// <param name="Total">Of how many: folds times pairs.</param>
public sealed record C2stProgress(int Epoch, int Finished, int Total);
