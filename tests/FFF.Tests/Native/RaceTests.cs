using FFF.Native;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Native;

/// <summary>
/// Threads that compute beside one that collects garbage: what a native call reads must not be freed under it. A second
/// for each kind of call; FFF_TEST_LONG=1 asks for fifty million of the first and half a million of each other.
/// </summary>
public sealed class RaceTests
{
    private const int Workers = 2;
    private static readonly bool Long = LongRun.IsWanted;

    /// <summary>Ways to let go of something that native code still reads. Each gives ten numbers that are known.</summary>
    private static readonly Dictionary<string, Func<Tensor, Tensor, double[]>> Kinds = new()
    {
        // Two scalars that nothing holds: the factor, and the one by which `+` multiplies its second operand.
        ["scalars"] = (a, b) =>
        {
            using var scope = NewDisposeScope();
            return ((a + b) * 0.5).data<double>().ToArray();
        },
        ["tensors in no scope"] = (a, b) => (a + b).mul(tensor(0.5)).data<double>().ToArray(),
        ["tensors made while they are stacked"] =
            (a, b) => stack(Enumerable.Range(0, 2).Select(i => i == 0 ? a * 0.5 : b / 2), 0).sum([0L]).data<double>().ToArray(),
        ["tensors made while they are joined"] = (a, b) => cat([.. a.split(2).Select((part, i) => (part + b.narrow(0, 2 * i, 2)) * 0.5)])
            .data<double>().ToArray(),
        ["tensors for an index"] = (a, b) => ((a + b) / 2)[TensorIndex.Tensor(arange(10) + 0)].data<double>().ToArray(),
        ["elements read one by one"] = (a, b) => [.. ((a + b) * 0.5).data<double>().Select(number => number)],
        ["gradients that a function of ours returns"] = (a, b) =>
        {
            var x = a.detach().requires_grad_();
            HalfOfSum.apply([x, b])[0].sum().backward();
            return (x.grad! * (a + b)).data<double>().ToArray();
        },
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Fact]
    public void TorchSharpIsWoven() => Assert.True(Libtorch.Load().KeepsObjects, "TorchSharp.dll is not the woven one: see src/FFF.Build.");

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingIsFreedUnderANativeCall(string name)
    {
        var kind = Kinds[name];
        var enough = !Long ? long.MaxValue : name == "scalars" ? 50_000_000 : 500_000;
        var seconds = Long ? TimeSpan.MaxValue : TimeSpan.FromSeconds(1);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var (stop, calls, wrong, errors, first) = (false, 0L, 0L, 0L, "");
        Thread[] workers = [.. Enumerable.Range(0, Workers).Select(worker => new Thread(() =>
        {
            using var a = arange(10, dtype: float64);
            using var b = ones(10, dtype: float64) * (worker + 1);
            double[] expected = [.. Enumerable.Range(0, 10).Select(i => (i + worker + 1) * 0.5)];
            while (!Volatile.Read(ref stop))
            {
                try
                {
                    if (!kind(a, b).AsSpan().SequenceEqual(expected))
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }
                catch (Exception e)
                {
                    if (Interlocked.Increment(ref errors) == 1)
                    {
                        first = e.Message.Split('\n')[0];
                    }
                }

                if (Interlocked.Increment(ref calls) >= enough)
                {
                    break;
                }
            }
        }))];
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                GC.Collect(0);
                Thread.SpinWait(2000);
            }
        });

        Array.ForEach(workers, worker => worker.Start());
        collector.Start();
        while (clock.Elapsed < seconds && Volatile.Read(ref calls) < enough)
        {
            Thread.Sleep(100);
        }

        Volatile.Write(ref stop, true);
        Array.ForEach(workers, worker => worker.Join());
        collector.Join();
        var told = $"{name}: {calls:N0} calls in {clock.Elapsed.TotalSeconds:F0} s, {errors} errors ({first}), {wrong} wrong results";
        TestContext.Current.TestOutputHelper?.WriteLine(told);
        Assert.True(errors + wrong == 0, told);
    }

    /// <summary>(x + y) / 2, whose gradients are tensors that only this function holds.</summary>
    private sealed class HalfOfSum : autograd.MultiTensorFunction<HalfOfSum>
    {
        public override string Name => nameof(HalfOfSum);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars) => [((Tensor)vars[0] + (Tensor)vars[1]) * 0.5];

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => [grad_outputs[0] * 0.5, grad_outputs[0] * 0.5];
    }
}
