namespace FFF.Sampling;

/// <summary>Samples of a model, all that it draws, or the best of several for each.</summary>
/// <param name="model">The model.</param>
public sealed class ModelSampler(DensityModel model) : ISampler
{
    /// <inheritdoc/>
    public DrawnSamples Draw(SampleRequest request)
    {
        if (request.Choice is { } choice)
        {
            return new CandidateSampler(model, choice).Draw(request);
        }

        if (!request.LogProb)
        {
            return new(model.Sample(request.Count, request.Condition, request.Seed, request.Temperature));
        }

        var drawn = model.SampleWithLogProb(request.Count, request.Condition, request.Seed, request.Temperature);
        return new(drawn.X, drawn.LogProb) { Sign = drawn.Sign };
    }
}
