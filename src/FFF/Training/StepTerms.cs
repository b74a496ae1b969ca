namespace FFF.Training;

/// <summary>The terms of an objective that a step may have a value for, behind its loss and its gradient's norm; in this order.</summary>
[Flags]
internal enum StepTerms
{
    /// <summary>The loss alone.</summary>
    None = 0,

    /// <summary>−log p(f(x)).</summary>
    LatentNll = 1,

    /// <summary>‖x − g(f(x))‖².</summary>
    Reconstruction = 2,

    /// <summary>The squared distance of J_g J_f from 1.</summary>
    InverseError = 4,
}
