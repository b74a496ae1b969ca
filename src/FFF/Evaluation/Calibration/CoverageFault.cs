namespace FFF.Evaluation.Calibration;

/// <summary>What expected coverage tells against a posterior.</summary>
public enum CoverageFault
{
    /// <summary>Nothing: the coverage stays inside its band.</summary>
    None,

    /// <summary>It falls below the band: credible regions are too small.</summary>
    OverConfident,

    /// <summary>It rises above the band: credible regions are too large.</summary>
    UnderConfident,

    /// <summary>It falls below at some levels and rises above at others.</summary>
    Both,
}
