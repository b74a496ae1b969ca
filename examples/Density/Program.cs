// Fits the density of a spiral's points, samples it, gives log-densities, saves the model and reads it again.
using FFF;
using FFF.Flows;
using FFF.Native;
using FFF.Networks;
using FFF.Training;

Libtorch.Load();
var random = new Random(1);
var data = new double[5000, 2];
for (var row = 0; row < 5000; row++)
{
    var turn = 1 + (3 * random.NextDouble());
    data[row, 0] = (turn * Math.Cos(2 * turn)) + (0.1 * random.NextDouble());
    data[row, 1] = (turn * Math.Sin(2 * turn)) + (0.1 * random.NextDouble());
}

var method = new FreeFormMethod { Flow = new FlowConfig { Network = new ResidualOptions { Blocks = 3, Widths = [64, 64], Identity = true } } };
var training = new TrainingConfig { Epochs = 15, Optimizer = new OptimizerConfig { LearningRate = 3e-3 } };
using var model = DensityModel.Fit(data, null, new ModelOptions { Method = method, Training = training });
using var samples = model.Sample(5, null, seed: 1);
model.Save("spiral.safetensors");
using var read = DensityModel.Load("spiral.safetensors");
Console.WriteLine(samples.ToString(TorchSharp.TensorStringStyle.Numpy));
Console.WriteLine($"log p(-1.25, -1.46) = {read.LogProb(new[,] { { -1.25, -1.46 } })[0]:F2}, in nats; mean over the data {read.LogProb(data).Average():F2}");
