namespace FFF.Evaluation;

/// <summary>Watches the training of one classifier: when it has converged, and what it has come to.</summary>
/// <typeparam name="T">What is kept of it.</typeparam>
internal interface IConvergence<out T>
{
    /// <summary>Takes note of an epoch.</summary>
    /// <param name="classifiers">The batched model.</param>
    /// <param name="classifier">The place of the one that is watched.</param>
    /// <param name="loss">Its mean loss on its training points over the epoch.</param>
    /// <returns>Whether it has converged.</returns>
    bool Reached(IClassifiers classifiers, int classifier, double loss);

    /// <summary>What it has come to, once it has converged.</summary>
    /// <inheritdoc cref="Reached"/>
    T Result(IClassifiers classifiers, int classifier);
}
