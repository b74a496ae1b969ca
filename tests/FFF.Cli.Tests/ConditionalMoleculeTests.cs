using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Native;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Cli.Tests;

/// <summary>Molecules of one's own with properties, by which samples are asked for, from the command line.</summary>
public sealed class ConditionalMoleculeTests
{
    private static readonly (string, string)[] OneThread = [("OMP_NUM_THREADS", "1")];

    private const string Config = """
        name: mine
        data: { kind: molecules, path: mine.npz, elements: [H, O], condition: [stretch, n_atoms] }
        method:
          flow:
            network: { kind: egnn, blocks: 1, sublayers: 1, width: 8 }
            dequantizer: { blocks: 1, sublayers: 1, width: 8, charge_scale: 8 }
        training: { epochs: 1, batch_size: 16, threads: 1 }
        evaluate: [nll, { kind: molecules, samples: 20, likelihoods: 3 }]
        """;

    [Fact]
    public void PropertiesAreConditionsOfSamples()
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Config);
        WriteArchive(place["mine.npz"]);
        var trained = place.Run(OneThread, ["train", "--config", "mine.yaml"]);
        Assert.True(trained.Code == 0, trained.Error);
        var resumed = place.Run(OneThread, ["train", "--resume", "mine", "training.epochs=2"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.True(File.Exists(place["runs/mine/v0001/plots/samples.png"]));

        var small = Drawn(place, "stretch=0.2,n_atoms=2");
        Assert.StartsWith("runs/mine/v0001/samples/molecules_condition-", small.LastLine, StringComparison.Ordinal);
        var molecules = XyzFile.Read(place[small.LastLine]).ToArray();
        Assert.All(molecules, molecule => Assert.Equal(2, molecule.AtomCount));
        var other = XyzFile.Read(place[Drawn(place, "n_atoms=2,stretch=-0.2").LastLine]).ToArray();
        Assert.NotEqual(molecules[0].Positions[0], other[0].Positions[0]);
        Assert.Equal([2, 3], XyzFile.Read(place[Drawn(place, "stretch=0.2").LastLine]).Select(molecule => molecule.AtomCount).Distinct().Order());

        Refused("has 'strech', which is none of them: the conditions of this run", "--condition", "strech=0.2");
        Refused("lacks 'stretch'", "--condition", "n_atoms=2");
        Refused("are 'stretch', 'n_atoms'", "--condition", "strech=0.2,n_atoms=3");
        Refused("expected a whole number from 2 to 999 for n_atoms, found 2.5", "--condition", "stretch=0.2,n_atoms=2.5");
        Refused("give either --atoms or n_atoms", "--condition", "stretch=0.2,n_atoms=2", "--atoms", "3");
        Refused("was trained with conditions (stretch, n_atoms): give them");
        UsageTests.Refused(place, "which are no rows of numbers", "plot", "posterior", "--run", "mine", "--condition", "0.1,2");
        UsageTests.Refused(place, "molecules differ in size", "eval-calibration", "--run", "mine");

        void Refused(string words, params string[] more) => UsageTests.Refused(place, words, ["sample", "--run", "mine", "-n", "5", .. more]);
    }

    [Fact]
    public void AnUnknownPropertyIsRefusedWithThoseThatAreKnown()
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Config.Replace("[stretch, n_atoms]", "[homo]", StringComparison.Ordinal));
        WriteArchive(place["mine.npz"]);
        UsageTests.Refused(place, "molecule 1 has no number 'homo', which data.condition names. What is known of it: n_atoms, stretch.",
            "train", "--config", "mine.yaml");
        place.Write("mine.yaml", Config.Replace("[stretch, n_atoms]", "[stretch, stretch]", StringComparison.Ordinal));
        UsageTests.Refused(place, "names 'stretch' twice", "train", "--config", "mine.yaml");
    }

    private static Outcome Drawn(Workplace place, string condition)
    {
        var drawn = place.Run(OneThread, ["sample", "--run", "mine", "-n", "20", "--condition", condition]);
        Assert.True(drawn.Code == 0, drawn.Error);
        return drawn;
    }

    /// <summary>OH and water, whose bonds are longer or shorter by a share that is told.</summary>
    private static void WriteArchive(string path)
    {
        const int Count = 60;
        Libtorch.Load();
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var (positions, charges, stretch) = (zeros(Count, 3, 3, dtype: float64), zeros(Count, 3, dtype: int64), new double[Count]);
        for (var row = 0; row < Count; row++)
        {
            stretch[row] = random.NextDouble() - 0.5;
            double Length() => 0.96 * (1 + stretch[row]) + (0.02 * random.NextDouble());
            charges[row] = tensor(row % 2 == 0 ? new long[] { 8, 1, 0 } : [8, 1, 1]);
            positions[row, 1] = tensor(new[] { Length(), 0, 0 });
            positions[row, 2] = tensor(row % 2 == 0 ? new double[3] : [-0.25 * Length(), 0.97 * Length(), 0]);
        }

        Npz.Write(path, new Dictionary<string, Tensor> { ["positions"] = positions, ["charges"] = charges, ["stretch"] = tensor(stretch) });
    }
}
