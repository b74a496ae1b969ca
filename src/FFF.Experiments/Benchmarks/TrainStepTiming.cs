namespace FFF.Benchmarks;

/// <summary>How fast one training step of a workload is.</summary>
/// <param name="Workload">The workload's name.</param>
/// <param name="MsPerStep">Median over the repeats in the data form, milliseconds.</param>
/// <param name="SamplesPerSecond">Batch size over that time.</param>
/// <param name="RoofFraction">The multiply-adds that the data form needs over that time, as a share of a matrix product's rate on the same threads.</param>
/// <param name="Threads">Threads of the arithmetic on a CPU.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Parameters">Of encoder and decoder together.</param>
/// <param name="RoofGflops">The matrix product's rate, 10⁹ floating-point operations per second.</param>
/// <param name="Repeats">How many repeats the medians are of.</param>
/// <param name="Parts">Where the time of a step goes; null where it is launched as one graph.</param>
/// <param name="Variants">The ways to compute the surrogate, the data form first.</param>
/// <param name="HostReads">How often a step of the data form waits for numbers from the device.</param>
/// <param name="Kernels">The ways that the data form takes through its networks' layers, such as fused perceptrons.</param>
/// <param name="VectorBits">The width of the vectors of kernels of our own on a CPU; null where they are not used.</param>
/// <param name="PeakMemoryBytes">What the process's memory grows by at most in the data form: networks, optimiser and steps; null where unknown.</param>
/// <param name="Launches">Operations of a step that a GPU is given as one graph; null where they are given one by one.</param>
internal sealed record TrainStepTiming(
    string Workload, double MsPerStep, double SamplesPerSecond, double RoofFraction, int Threads, string Device,
    int Batch, long Parameters, double RoofGflops, int Repeats, StepParts? Parts, IReadOnlyList<VariantTiming> Variants,
    double HostReads, IReadOnlyList<string> Kernels, int? VectorBits, long? PeakMemoryBytes, long? Launches = null);

/// <summary>One way to compute a step.</summary>
/// <param name="Variant">Its name.</param>
/// <param name="MsPerStep">Median over the repeats, milliseconds.</param>
/// <param name="SamplesPerSecond">Batch size over that time.</param>
/// <param name="RoofFraction">The multiply-adds that the data form needs over that time, as a share of the limit.</param>
/// <param name="Operations">Operations of libtorch in a step, one after the other; null where they cannot be counted, or are launched as one graph.</param>
internal sealed record VariantTiming(string Variant, double MsPerStep, double SamplesPerSecond, double RoofFraction, long? Operations);

/// <summary>Where a step's time goes, milliseconds; each part is the median of what it adds to those before it.</summary>
/// <param name="Encoder">z and its tangent J_f u.</param>
/// <param name="Decoder">g(z) and the vector-Jacobian product uᵀ J_g.</param>
/// <param name="Backward">The loss and its gradient in all parameters.</param>
/// <param name="Optimizer">What is left: choosing the batch, of molecules also their dequantiser, clipping, Adam, checks.</param>
internal sealed record StepParts(double Encoder, double Decoder, double Backward, double Optimizer);
