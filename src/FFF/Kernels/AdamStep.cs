namespace FFF.Kernels;

/// <summary>The numbers of one update by <see cref="AdamRule"/>.</summary>
/// <param name="KeptMean">β₁.</param>
/// <param name="NewMean">1−β₁, by what the gradient is a multiple of.</param>
/// <param name="KeptSquare">β₂.</param>
/// <param name="NewSquare">1−β₂, by the square of that.</param>
/// <param name="Rate">ηₜ.</param>
/// <param name="Epsilon">ε̂.</param>
internal readonly record struct AdamStep(double KeptMean, double NewMean, double KeptSquare, double NewSquare, double Rate, double Epsilon);
