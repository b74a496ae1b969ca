using static TorchSharp.torch;

namespace FFF.Native;

/// <summary>A computation small enough to know its result, which proves that a device works.</summary>
public static class ComputeCheck
{
    /// <summary>
    /// y = ‖A x‖² and ∇y = 2 Aᵀ A x with A = ((1, 2), (3, 4)) and x = (1, −1): y = 2, ∇y = (−8, −12).
    /// </summary>
    /// <returns>What is wrong; null where the device computes what it should.</returns>
    public static string? Problem(Device device)
    {
        try
        {
            using var scope = NewDisposeScope();
            var a = tensor(new float[] { 1, 2, 3, 4 }, [2, 2], device: device);
            var x = tensor(new float[] { 1, -1 }, device: device, requires_grad: true);
            var y = mv(a, x).square().sum();
            y.backward();
            float[] found = [y.item<float>(), .. x.grad!.cpu().data<float>()];
            return found is [2, -8, -12] ? null : $"‖A x‖² and its gradient should be 2, -8, -12, but are {string.Join(", ", found)}.";
        }
        catch (Exception e) when (e is System.Runtime.InteropServices.ExternalException or InvalidOperationException)
        {
            return e.Message.Split('\n')[0];
        }
    }
}
