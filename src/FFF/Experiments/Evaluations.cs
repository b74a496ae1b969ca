using System.Diagnostics;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Evaluation;
using FFF.Experiments.Sampling;
using FFF.Flows;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>The C2ST of one observation's posterior.</summary>
/// <param name="Observation">The observation's number in the benchmark.</param>
/// <param name="Accuracy">Mean over the folds: 0.5 is a perfect posterior, 1 one that can always be told apart.</param>
/// <param name="Std">Standard deviation over the folds.</param>
/// <param name="AcceptedShare">The share of the flow's samples inside the prior's support; those outside were drawn again.</param>
public sealed record ObservationC2st(int Observation, double Accuracy, double Std, double AcceptedShare);

/// <summary>The C2ST of a run over observations.</summary>
/// <param name="Task">The benchmark task.</param>
/// <param name="Mean">Mean over the observations.</param>
/// <param name="Std">Standard deviation (n − 1) over the observations; 0 for one.</param>
/// <param name="Observations">Each observation.</param>
/// <param name="Samples">Samples per observation and side.</param>
/// <param name="Seconds">The time for sampling and classifiers.</param>
public sealed record C2stReport(string Task, double Mean, double Std, IReadOnlyList<ObservationC2st> Observations, long Samples, double Seconds);

/// <summary>The likelihood of held-out data: exact, but for molecules the evidence bound.</summary>
/// <param name="Split">test, or validation where there are no test data.</param>
/// <param name="Samples">How many.</param>
/// <param name="Nll">−log p(x) through the encoder's Jacobian, in nats, in the data's own units.</param>
/// <param name="NllStandardError">Of that mean.</param>
/// <param name="NllDecoder">The same through the decoder's Jacobian.</param>
/// <param name="NllDecoderStandardError">Of that mean.</param>
/// <param name="Reconstruction">‖x − g(f(x))‖², standardised: where it is not small, the likelihoods are spurious.</param>
/// <param name="IsBound">Whether they are bounds, as types and charges of molecules are discrete (<see cref="Flows.Molecules.MoleculeFlow.LogLikelihood"/>).</param>
public sealed record NllReport(
    string Split, long Samples, double Nll, double NllStandardError, double NllDecoder, double NllDecoderStandardError, double Reconstruction, bool IsBound = false);

/// <summary>Evaluations of a trained flow.</summary>
public static class Evaluations
{
    /// <summary>Classifier two-sample tests of posterior samples against the benchmark's reference posteriors.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="task">The task it was trained on.</param>
    /// <param name="observations">The observations' numbers.</param>
    /// <param name="seed">Of the samples; the classifiers start from the benchmark's.</param>
    /// <param name="progress">Told after each epoch of the classifiers.</param>
    public static C2stReport C2stOf(DensityModel flow, ISbiTask task, IReadOnlyList<int> observations, long seed, IProgress<C2stProgress>? progress = null)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        var sampler = new PosteriorSampler(flow, task);
        var draws = observations.Select(o => sampler.Draw(new() { Condition = ReferenceData.Observation(task, o), Count = ReferenceData.PosteriorCount, Seed = seed, Stream = o })).ToArray();
        var pairs = observations.Zip(draws, (o, draw) => (draw.Values, ReferenceData.Posterior(task, o))).ToArray();
        var scores = C2st.Run(pairs, new C2stOptions { Device = flow.Device }, progress);
        var mean = scores.Average(s => s.Accuracy);
        var std = scores.Count < 2 ? 0 : Math.Sqrt(scores.Sum(s => Math.Pow(s.Accuracy - mean, 2)) / (scores.Count - 1));
        return new(task.Name, mean, std,
            [.. observations.Select((o, i) => new ObservationC2st(o, scores[i].Accuracy, scores[i].Std, draws[i].AcceptedShare!.Value))],
            pairs[0].Item1.shape[0], clock.Elapsed.TotalSeconds);
    }

    /// <summary>The exact likelihood of the test data, or of the validation data where there are none.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="dataset">The data set it was trained on.</param>
    /// <param name="most">At most so many samples, from the first on; all if left out.</param>
    /// <exception cref="DatasetException">No data were held out.</exception>
    public static NllReport Nll(DensityModel flow, Dataset dataset, int? most = null)
    {
        using var scope = NewDisposeScope();
        var (split, samples) = dataset.Test is { } test ? ("test", test) : ("validation", dataset.Validation);
        if (samples.Count == 0)
        {
            throw new DatasetException($"{dataset.Name}: no data were held out to evaluate on. Set data.test_fraction or data.validation_fraction and train again.");
        }

        var count = Math.Min(samples.Count, most ?? samples.Count);
        var data = samples.Data.narrow(0, 0, count);
        var likelihood = flow.LogLikelihood(new Samples(data, samples.Condition?.narrow(0, 0, count)));
        var (encoder, decoder) = (likelihood.Encoder, likelihood.Decoder);
        double StandardError(Tensor values) => count < 2 ? 0 : values.std().item<double>() / Math.Sqrt(count);
        return new(
            split, count, -encoder.mean().item<double>(), StandardError(encoder), -decoder.mean().item<double>(), StandardError(decoder), likelihood.Reconstruction.mean().item<double>(),
            flow.Flow is not IExactDensity);
    }
}
