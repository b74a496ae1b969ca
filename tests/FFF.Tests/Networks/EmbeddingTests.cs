using FFF.Autodiff;
using FFF.Networks.Embeddings;
using FFF.Options;
using FFF.Randomness;
using FFF.Tests.Networks.TorchScript;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks;

/// <summary>Embeddings give what their equations say, computed number by number.</summary>
public sealed class EmbeddingTests
{
    private const int Rows = 3;

    [Fact]
    public void ADeepSetIsAPerceptronOfTheMeanOverElements()
    {
        var options = new DeepSetOptions { Features = 2, ElementWidths = [5, 4], Widths = [3], Outputs = 2, Activation = ActivationKind.Tanh };
        var (embedding, c, weights) = Built(options, 6);
        Assert.Equal(2, embedding.Outputs);
        for (var row = 0; row < Rows; row++)
        {
            var pooled = new double[4];
            for (var element = 0; element < 3; element++)
            {
                var x = new[] { c[row][2 * element], c[row][(2 * element) + 1] };
                var h = Layer(weights, "element.2", Tanh(Layer(weights, "element.0", x)));
                pooled = [.. pooled.Zip(Tanh(h), (sum, value) => sum + (value / 3))];
            }

            Close(Layer(weights, "net.2", Tanh(Layer(weights, "net.0", pooled))), embedding, c, row);
        }
    }

    [Fact]
    public void TheOrderOfElementsTellsADeepSetNothing()
    {
        using var random = new RandomStream(3);
        var embedding = new DeepSetOptions { Features = 2 }.Build(new(20, random));
        ((nn.Module)embedding).to(float64);
        var c = random.Normal([50, 10, 2]).to(float64);
        var order = tensor(new long[] { 3, 1, 4, 0, 5, 9, 2, 6, 8, 7 });
        Check.Close(embedding.Forward(c.flatten(1)), embedding.Forward(c.index_select(1, order).flatten(1)), 1e-12);
        Assert.True((embedding.Forward(c.flatten(1)) - embedding.Forward(c.flip(2).flatten(1))).abs().max().item<double>() > 1e-3);
    }

    [Theory]
    [InlineData(7, 1, 3, 2)]
    [InlineData(8, 2, 5, 3)]
    [InlineData(5, 3, 1, 1)]
    public void ASequenceIsConvolved(int times, int channels, int kernel, int stride)
    {
        var options = new Conv1dOptions
        {
            Channels = channels,
            Filters = [4, 3],
            Kernel = kernel,
            Stride = stride,
            Widths = [5],
            Outputs = 2,
            Activation = ActivationKind.Tanh,
        };
        var (embedding, c, weights) = Built(options, times * channels);
        for (var row = 0; row < Rows; row++)
        {
            var h = Enumerable.Range(0, times).Select(t => c[row][(t * channels)..((t + 1) * channels)]).ToArray();
            foreach (var layer in new[] { 0, 1 })
            {
                h = Convolved(weights, $"convolutions.{layer}", h, kernel, stride);
            }

            Close(Layer(weights, "net.2", Tanh(Layer(weights, "net.0", [.. h.SelectMany(time => time)]))), embedding, c, row);
        }
    }

    [Fact]
    public void GradientsAreThoseOfTheValues()
    {
        foreach (var options in new EmbeddingConfig[] { new DenseEmbeddingOptions(), new DeepSetOptions { Features = 3 }, new Conv1dOptions { Channels = 3 } })
        {
            using var random = new RandomStream(2);
            var embedding = options.Build(new(12, random));
            var module = (nn.Module)embedding;
            module.to(float64);
            var c = random.Normal([4, 12]).to(float64);
            embedding.Forward(c).square().sum().backward();
            foreach (var (name, parameter) in module.named_parameters())
            {
                using var noGradient = no_grad();
                const double Step = 1e-6;
                var first = parameter.view(-1).narrow(0, 0, 1);
                double At(double change)
                {
                    first.add_(change);
                    return embedding.Forward(c).square().sum().item<double>();
                }

                var difference = (At(Step) - At(-2 * Step)) / (2 * Step);
                Assert.Equal(difference, parameter.grad!.view(-1)[0].item<double>(), 1e-4 * (1 + Math.Abs(difference)));
                first.add_(Step);
            }
        }
    }

    [Fact]
    public void AModuleOfPyTorchIsAnEmbedding()
    {
        using var random = new RandomStream(0);
        var embedding = new TorchScriptEmbeddingOptions { Path = TorchScriptFiles.Encoder }.Build(new(2, random));
        Assert.Equal(2, embedding.Outputs);
        Assert.Equal([7, 2], embedding.Forward(zeros(7, 2)).shape);
        Assert.Equal(6, ((nn.Module)embedding).parameters().Count());
    }

    [Theory]
    [InlineData("features", "a divisor of 7, the number of conditions, found 2")]
    [InlineData("channels", "a divisor of 7, the number of conditions, found 2")]
    [InlineData("kernel", "an odd number, whose middle is a time, found 4")]
    [InlineData("path", "expected forward(c) to take c [B, 7] and give [B, E], with B = 5; calling it failed")]
    public void WhatDoesNotFitIsNamed(string key, string words)
    {
        EmbeddingConfig options = key switch
        {
            "features" => new DeepSetOptions { Features = 2 },
            "channels" => new Conv1dOptions { Channels = 2 },
            "kernel" => new Conv1dOptions { Kernel = 4 },
            _ => new TorchScriptEmbeddingOptions { Path = TorchScriptFiles.Encoder },
        };
        using var random = new RandomStream(0);
        var e = Assert.Throws<UnsuitableOptionsException>(() => options.Build(new(7, random)));
        Assert.Equal(key, e.Key);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    private static (IEmbedding Embedding, double[][] C, Dictionary<string, Tensor> Weights) Built(EmbeddingConfig options, int conditions)
    {
        using var random = new RandomStream(1);
        var embedding = options.Build(new(conditions, random));
        var module = (nn.Module)embedding;
        module.to(float64);
        var c = random.Normal([Rows, conditions]).to(float64).data<double>().ToArray();
        return (embedding, [.. c.Chunk(conditions)], module.named_parameters().ToDictionary(named => named.name, named => (Tensor)named.parameter));
    }

    private static double[] Layer(Dictionary<string, Tensor> weights, string name, double[] x)
    {
        var (w, b) = (weights[name + ".weight"], weights[name + ".bias"].data<double>().ToArray());
        var rows = w.data<double>().ToArray().Chunk((int)w.shape[1]).ToArray();
        return [.. rows.Zip(b, (row, bias) => bias + row.Zip(x, (a, value) => a * value).Sum())];
    }

    private static double[] Tanh(double[] x) => [.. x.Select(Math.Tanh)];

    /// <summary>By the sum over the times that a convolution sees, where weights lie channel after channel.</summary>
    private static double[][] Convolved(Dictionary<string, Tensor> weights, string name, double[][] h, int kernel, int stride)
    {
        var (w, b) = (weights[name + ".weight"].data<double>().ToArray(), weights[name + ".bias"].data<double>().ToArray());
        var channels = h[0].Length;
        var result = new List<double[]>();
        for (var middle = 0; middle < h.Length; middle += stride)
        {
            var time = new double[b.Length];
            for (var filter = 0; filter < b.Length; filter++)
            {
                time[filter] = b[filter];
                for (var k = 0; k < kernel; k++)
                {
                    var at = middle + k - (kernel / 2);
                    for (var channel = 0; at >= 0 && at < h.Length && channel < channels; channel++)
                    {
                        time[filter] += w[(((filter * channels) + channel) * kernel) + k] * h[at][channel];
                    }
                }
            }

            result.Add(Tanh(time));
        }

        return [.. result];
    }

    private static void Close(double[] expected, IEmbedding embedding, double[][] c, int row)
    {
        using var noGradient = no_grad();
        var values = embedding.Forward(tensor(c[row]).unsqueeze(0)).data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }
}
