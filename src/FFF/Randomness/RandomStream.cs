using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>
/// Random numbers of one purpose, one after the other. They are always drawn on the CPU, and then moved here or by who draws
/// them, so that the same seed draws the same for every device; it has no device that could be given to anything else.
/// </summary>
/// <remarks>A generator of TorchSharp is one of the CPU whatever device it is asked for, and draws nowhere else.</remarks>
public sealed class RandomStream : IDisposable
{
    private readonly Generator _cpu;

    /// <summary>The stream of a seed; <see cref="NamedSeed.Stream"/> gives one for a purpose.</summary>
    public RandomStream(ulong seed) => _cpu = new Generator(seed, CPU);

    /// <summary>Standard normal numbers.</summary>
    /// <param name="shape">Of the result.</param>
    /// <param name="type">What they are drawn in, which decides what is drawn.</param>
    /// <param name="device">Where they are moved to; the CPU if left out.</param>
    public Tensor Normal(long[] shape, ScalarType type = ScalarType.Float32, Device? device = null) => Moved(randn(shape, type, CPU, generator: _cpu), device);

    /// <summary>Numbers uniform in [0, 1).</summary>
    /// <inheritdoc cref="Normal"/>
    public Tensor Uniform(long[] shape, ScalarType type = ScalarType.Float32, Device? device = null) => Moved(rand(shape, type, CPU, generator: _cpu), device);

    /// <summary>Numbers uniform in [low, high), float32 on the CPU.</summary>
    /// <param name="low">The least.</param>
    /// <param name="high">What all are below.</param>
    /// <param name="shape">Of the result.</param>
    public Tensor Between(double low, double high, long[] shape) => empty(shape, float32, CPU).uniform_(low, high, _cpu);

    /// <summary>Whole numbers uniform in [low, high), int64 on the CPU.</summary>
    /// <inheritdoc cref="Between"/>
    public Tensor Integers(long low, long high, long[] shape) => randint(low, high, shape, int64, CPU, generator: _cpu);

    /// <summary>The numbers below n in random order, [n], int64 on the CPU.</summary>
    /// <param name="n">How many.</param>
    public Tensor Permutation(long n) => Permutation(n, int64);

    /// <summary>The same numbers in another type.</summary>
    internal Tensor Permutation(long n, ScalarType type) => randperm(n, type, CPU, generator: _cpu);

    /// <summary>Indices i with probability w_i / Σw, with replacement: [count], int64 on the CPU.</summary>
    /// <param name="weights">w, [n], on the CPU.</param>
    /// <param name="count">How many.</param>
    public Tensor Categorical(Tensor weights, long count) => multinomial(weights, count, replacement: true, generator: _cpu);

    /// <summary>Gamma numbers of scale 1, of the shape and type of their concentrations, on the CPU.</summary>
    /// <param name="concentration">On the CPU.</param>
    public Tensor Gamma(Tensor concentration) => _standard_gamma(concentration, _cpu);

    /// <summary>1 with the given probabilities, else 0, of their shape and type.</summary>
    /// <param name="probability">On the CPU.</param>
    public Tensor Bernoulli(Tensor probability) => bernoulli(probability, _cpu);

    /// <summary>How often an event occurs in so many trials.</summary>
    /// <param name="trials">On the CPU.</param>
    /// <param name="probability">Of the event, on the CPU.</param>
    public Tensor Binomial(Tensor trials, Tensor probability) => binomial(trials, probability, _cpu);

    /// <summary>The generator's state, for another one; the caller's.</summary>
    internal Tensor State() => _cpu.get_state();

    /// <inheritdoc/>
    public void Dispose() => _cpu.Dispose();

    private static Tensor Moved(Tensor drawn, Device? device)
    {
        if (device is null || device.type == DeviceType.CPU)
        {
            return drawn;
        }

        using (drawn)
        {
            return drawn.to(device);
        }
    }
}
