namespace FFF.Sweeps;

/// <summary>A trial's part of the devices.</summary>
/// <param name="Device">Which of the devices it takes up; null for none.</param>
/// <param name="Visible">What CUDA_VISIBLE_DEVICES becomes for it; null where it stays as it is.</param>
internal sealed record DeviceShare(int? Device, string? Visible);

/// <summary>Shares out the visible CUDA devices among trials that run at the same time.</summary>
/// <param name="devices">The devices, as CUDA_VISIBLE_DEVICES names them.</param>
/// <param name="trialsPerDevice">At most so many trials at a time use one.</param>
/// <param name="need">What a trial needs.</param>
internal sealed class DeviceShares(IReadOnlyList<string> devices, int trialsPerDevice, Func<TrialRecord, TrialDevice> need)
{
    private readonly int[] _taken = new int[devices.Count];

    /// <summary>No devices to share out: every trial sees what this process sees.</summary>
    public static DeviceShares None { get; } = new([], 1, _ => new(false));

    /// <summary>At most so many trials that need a device run at a time.</summary>
    public int Places => devices.Count * trialsPerDevice;

    /// <summary>Takes a device for a trial: the one with the fewest trials.</summary>
    /// <returns>Its part; null while it has to wait for one.</returns>
    internal DeviceShare? Take(TrialRecord trial)
    {
        if (devices.Count == 0)
        {
            return new(null, null);
        }

        var needed = need(trial);
        if (!needed.IsNeeded)
        {
            return new(null, needed.IsChosen ? "" : null);
        }

        if (needed.Index >= devices.Count)
        {
            // There is no such device, as the trial will tell.
            return new(null, null);
        }

        // A device that is named by its number keeps it only if the trial sees all of them.
        var device = needed.Index ?? Array.IndexOf(_taken, _taken.Min());
        if (_taken[device] == trialsPerDevice)
        {
            return null;
        }

        _taken[device]++;
        return new(device, needed.Index is null ? devices[device] : null);
    }

    /// <summary>Gives a trial's device to others.</summary>
    internal void Return(DeviceShare share)
    {
        if (share.Device is { } device)
        {
            _taken[device]--;
        }
    }
}
