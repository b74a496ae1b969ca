namespace FFF.Flows;

/// <summary>The values that settings of the objective take over a run.</summary>
internal static class ScheduledValue
{
    /// <summary>The value at a point of the run; for a range, its geometric mean.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="progress">The share of the run that is done, 0 to 1.</param>
    public static double At(SettingConfig setting, double progress) => setting switch
    {
        FixedSetting f => f.Value,
        ScheduledSetting s => Interpolate(s, s.Until == 0 ? 1 : Math.Min(1, progress / s.Until)),
        SettingRange r => Math.Sqrt(r.Low * r.High),
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, null),
    };

    private static double Interpolate(ScheduledSetting s, double t) => s.Shape == Interpolation.Linear
        ? s.From + (s.To - s.From) * t
        : s.From * Math.Pow(s.To / s.From, t);
}
