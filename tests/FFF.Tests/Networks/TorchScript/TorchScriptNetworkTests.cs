using FFF.Autodiff;
using FFF.Networks;
using FFF.Options;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.TorchScript;

/// <summary>Modules of PyTorch's against our networks, and what is said of those that do not fit.</summary>
public sealed class TorchScriptNetworkTests
{
    private static readonly string[] Perceptron = ["net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias", "net.4.weight", "net.4.bias"];

    [Theory]
    [InlineData(false, 1e-5)]
    [InlineData(true, 1e-13)]
    public void KeptModulesHaveTheProductsOfOurPerceptron(bool inDouble, double tolerance)
    {
        ComparedWithOurs(TorchScriptFiles.Encoder, 0, inDouble, tolerance);
        ComparedWithOurs(TorchScriptFiles.Decoder, 0, inDouble, tolerance);
    }

    [Theory]
    [InlineData("encoder.pt", 0, false, 1e-5)]
    [InlineData("decoder.pt", 0, true, 1e-13)]
    [InlineData("double.pt", 0, false, 1e-5)]
    [InlineData("conditional.pt", 3, false, 1e-5)]
    [InlineData("conditional.pt", 3, true, 1e-13)]
    public void FreshModulesHaveTheProductsOfOurPerceptron(string file, int conditions, bool inDouble, double tolerance) =>
        ComparedWithOurs(TorchScriptFiles.Made(file), conditions, inDouble, tolerance);

    [Fact]
    public void AnArchitectureUnlikeOursHasTheTangentsOfFiniteDifferences()
    {
        using var network = Load(TorchScriptFiles.Made("unlike.pt"), 0);
        Assert.Contains("module.queries.weight", network.named_parameters().Select(named => named.name));
        foreach (var (_, parameter) in network.named_parameters())
        {
            Assert.True(parameter.requires_grad);
        }

        using var scope = NewDisposeScope();
        var random = new RandomStream(3);
        const double Step = 1e-2; // in float32
        var (x, t) = (random.Normal([6, 2]), random.Normal([2, 6, 2]));
        var tangent = network.Forward(new Dual(x, t), null).Tangent!;
        for (var k = 0; k < 2; k++)
        {
            Check.Close(tangent[k],
                (network.Forward(new Dual(x + Step * t[k]), null).Value - network.Forward(new Dual(x - Step * t[k]), null).Value) / (2 * Step), 5e-3);
        }
    }

    /// <summary>TorchScript would otherwise compute in another way from the second call on.</summary>
    [Fact]
    public void TheSameCallGivesTheSameBitsEachTime()
    {
        float[] Numbers(ModuleNetwork network)
        {
            using var scope = NewDisposeScope();
            var (x, t) = (new RandomStream(4).Normal([7, 2]), new RandomStream(5).Normal([1, 7, 2]));
            var y = network.Forward(new Dual(x, t), null);
            var gradients = autograd.grad([y.Tangent!.square().sum() + y.Value.sum()], [.. network.parameters()], allow_unused: true);
            return [.. y.Value.data<float>(), .. y.Tangent!.data<float>(),
                .. gradients.Zip(network.parameters()).SelectMany(pair => Check.OrZero(pair.First, pair.Second).data<float>().ToArray())];
        }

        using var network = Load(TorchScriptFiles.Decoder, 0);
        var first = Numbers(network);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(first, Numbers(network)));
    }

    [Fact]
    public void ADecoderThatIsLeftOutIsASecondModule()
    {
        var (encoder, decoder) = new TorchScriptOptions { Encoder = TorchScriptFiles.Encoder }.Pair(Place(0));
        using var first = (nn.Module)encoder;
        using var second = (nn.Module)decoder;
        using (no_grad())
        {
            first.parameters().First().zero_();
        }

        Assert.NotEqual(0, second.parameters().First().abs().sum().item<float>());
    }

    [Theory]
    [InlineData("dropout.pt", 0, "the same in training and in evaluation", "leave out dropout")]
    [InlineData("batch-norm.pt", 0, "the same in training and in evaluation", "layer normalisation")]
    [InlineData("coupled.pt", 0, "computes each row from that row alone")]
    [InlineData("frozen.pt", 0, "expected a module with parameters, found none", "torch.jit.freeze")]
    [InlineData("pair.pt", 0, "expected forward(x) to take x [B, 2] and give [B, 2], with B = 5", "the result is no tensor")]
    [InlineData("detached.pt", 0, "can be differentiated")]
    [InlineData("wide.pt", 0, "expected forward(x) to take x [B, 2] and give [B, 2], with B = 5; found Float32 [5, 3]")]
    [InlineData("double-with-integers.pt", 0, "expected numbers of Float32, found Float64", "module.float()")]
    [InlineData("weights.pt", 0, "is no TorchScript module", "torch.save writes none")]
    [InlineData("conditional.pt", 0, "expected forward(x) to take x [B, 2]", "forward() is missing value for argument 'c'")]
    [InlineData("conditional.pt", 2, "expected forward(x, c) to take x [B, 2] and c [B, 2]", "mat1 and mat2 shapes cannot be multiplied")]
    [InlineData("encoder.pt", 3, "expected forward(x, c)", "c [B, 3]", "calling it failed")]
    public void AModuleThatDoesNotFitIsRefused(string file, int conditions, params string[] words) =>
        Refused(TorchScriptFiles.Made(file), conditions, words);

    [Fact]
    public void AFileThatIsNoneIsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("fff-torchscript-").FullName;
        try
        {
            var path = Path.Combine(folder, "enc.pt");
            Refused(path, 0, "there is no such file");
            Refused(folder, 0, "is a folder");
            File.WriteAllText(path, "no module");
            Refused(path, 0, "is no TorchScript module", "torch.jit.script(module).save(\"enc.pt\")");
            File.WriteAllBytes(path, File.ReadAllBytes(TorchScriptFiles.Encoder)[..5000]);
            Refused(path, 0, "is no TorchScript module");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Refused(string path, int conditions, params string[] words)
    {
        var e = Assert.Throws<UnsuitableOptionsException>(() => new TorchScriptOptions { Encoder = path }.BuildEncoder(Place(conditions)));
        Assert.Equal("network.encoder", e.Key);
        Assert.All(words.Append(path), word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain("frame #", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Value, tangents and the gradients of both, with respect to the input and all parameters.</summary>
    private static void ComparedWithOurs(string file, int conditions, bool inDouble, double tolerance)
    {
        using var theirs = Load(file, conditions);
        using var ours = (DenseNet)new DenseOptions { Widths = [16, 16] }.BuildEncoder(Place(conditions));
        Assert.Equal(Perceptron.Select(name => "module." + name), theirs.named_parameters().Select(named => named.name));
        Assert.Equal(Perceptron, ours.named_parameters().Select(named => named.name));
        using (no_grad())
        {
            foreach (var (to, from) in ours.parameters().Zip(theirs.parameters()))
            {
                to.copy_(from);
            }
        }

        var type = inDouble ? float64 : float32;
        ours.to(type);
        theirs.to(type);
        using var scope = NewDisposeScope();
        var random = new RandomStream(3);
        var (t, r, s) = (random.Normal([2, 5, 2], type), random.Normal([2, 5, 2], type), random.Normal([5, 2], type));
        var (start, condition) = (random.Normal([5, 2], type), conditions == 0 ? null : random.Normal([5, conditions], type));
        Tensor[] Products(INetwork network)
        {
            var x = start.clone().requires_grad_();
            var y = network.Forward(new Dual(x, t), condition);
            Tensor[] inputs = [x, .. ((nn.Module)network).parameters()];
            var gradients = autograd.grad([(y.Tangent! * r).sum() + (y.Value * s).sum()], inputs, allow_unused: true);
            return [y.Value, y.Tangent!, .. gradients.Zip(inputs).Select(pair => Check.OrZero(pair.First, pair.Second))];
        }

        foreach (var (expected, found) in Products(ours).Zip(Products(theirs)))
        {
            Assert.Equal(type, found.dtype);
            Check.Close(found, expected, tolerance);
        }
    }

    private static ModuleNetwork Load(string file, int conditions) => (ModuleNetwork)new TorchScriptOptions { Encoder = file }.BuildEncoder(Place(conditions));

    private static NetworkPlace Place(int conditions) => new(2, conditions, null, new RandomStream(1));
}
