using System.Text.Json;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Evaluation.Molecules;
using FFF.Evaluations;
using FFF.Evaluations.Molecules;
using FFF.Evaluations.Nll;
using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks.Equivariant;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

public sealed class MoleculeSamplingTests
{
    private static readonly Experiment Small = new()
    {
        Name = "small",
        Data = new MoleculeData { Source = MoleculeSource.Qm7, Samples = 60 },
        Method = new FreeFormMethod
        {
            Flow = new FlowConfig
            {
                Network = new EquivariantOptions { Blocks = 1, Sublayers = 1, Width = 8 },
                Dequantizer = new DequantizerConfig { Blocks = 1, Sublayers = 1, Width = 8, ChargeScale = 8 },
            },
        },
    };

    private static readonly Dataset Data = DatasetFactory.Create(Small.Data, 0);

    /// <summary>A flow in which all weights are this number.</summary>
    private static DensityModel Flow(double? weights = null)
    {
        var flow = ExperimentModel.Create(Small, Data.Train, CPU);
        using var noGradient = no_grad();
        foreach (var parameter in weights is null ? [] : flow.Flow.parameters())
        {
            parameter.fill_(weights!.Value);
        }

        return flow;
    }

    private static MoleculeRequest Request(int count, int? atoms = null) => new() { Count = count, Seed = 3, Atoms = atoms };

    private static double Radius(SampledMolecules drawn) =>
        Math.Sqrt(drawn.Molecules.SelectMany(m => m.Positions).Average(p => p.X * p.X + p.Y * p.Y + p.Z * p.Z));

    [Fact]
    public void SizesAreThoseOfTheTrainingMoleculesAndTheSeedDecides()
    {
        using var flow = Flow();
        var drawn = MoleculeSampling.Draw(flow, Request(2000));
        Assert.Equal((2000, 2000, 0L, null), (drawn.Molecules.Count, drawn.Drawn, drawn.NotFinite, drawn.Stable));
        var counts = ((MoleculeSpace)flow.Space).AtomCounts;
        var total = (double)counts.Sum();
        foreach (var (size, count) in counts.Index())
        {
            Assert.Equal(count / total, drawn.Molecules.Count(m => m.AtomCount == size) / 2000.0, 0.04); // 3.6 deviations of a share of one half
        }

        Assert.Equal(262144 / (counts.Count - 1) / (counts.Count - 1), drawn.Batch);
        Assert.Equal(drawn.Molecules.Select(m => m.Positions[0]), MoleculeSampling.Draw(flow, Request(2000)).Molecules.Select(m => m.Positions[0]));
        Assert.NotEqual(drawn.Molecules[0].Positions[0], MoleculeSampling.Draw(flow, Request(2000) with { Seed = 4 }).Molecules[0].Positions[0]);
    }

    [Fact]
    public void AnyNumberOfAtomsCanBeAskedForAndTheTemperatureScalesLatents()
    {
        using var identity = Flow(0);
        foreach (var atoms in new[] { 2, 40 })
        {
            var drawn = MoleculeSampling.Draw(identity, Request(300, atoms));
            Assert.All(drawn.Molecules, molecule => Assert.Equal(atoms, molecule.AtomCount));
        }

        // Without weights the decoder is the identity on positions: a standard normal of N − 1 free atoms in three dimensions.
        var (one, quarter) = (MoleculeSampling.Draw(identity, Request(300, 10)), MoleculeSampling.Draw(identity, Request(300, 10) with { Temperature = 0.25 }));
        Assert.Equal(Math.Sqrt(3 * 0.9), Radius(one), 0.05);
        Assert.Equal(0.5, Radius(quarter) / Radius(one), 1e-4);
    }

    [Fact]
    public void MoleculesOfAllSizesAreToldTheSettings()
    {
        using var flow = ExperimentModel.Create(Small with
        {
            Method = (FreeFormMethod)Small.Method with { Objective = new ObjectiveConfig { Noise = new SettingRange { Low = 0.01, High = 0.1 } } },
        },
            Data.Train, CPU);
        Assert.Equal(20, MoleculeSampling.Draw(flow, Request(20)).Molecules.Count);
        Assert.Equal(6, NllReport.Of(flow, Data, 6).Samples);
    }

    [Fact]
    public void ChargesOfTheirElementsAreCounted()
    {
        // Without weights an atom's charge is ⌊8 z⌋ and its type the largest of as many standard normals: 1, 6, 7 and 8, one of four.
        using var identity = Flow(0);
        var drawn = MoleculeSampling.Draw(identity, Request(2000));
        double Within(int charge) => 0.5 * (Erf(charge + 1) - Erf(charge));
        var expected = 0.25 * ((MoleculeSpace)identity.Space).AtomicNumbers.Sum(Within);
        Assert.Equal(expected, drawn.OwnCharge, 0.005);

        double Erf(int charge)
        {
            using var scope = NewDisposeScope();
            return special.erf(tensor(charge / ((FreeFormMethod)Small.Method).Flow.Dequantizer!.ChargeScale / Math.Sqrt(2), float64)).item<double>();
        }
    }

    [Fact]
    public void WithoutFiniteMoleculesOrStableOnesTheReasonIsTold()
    {
        using var broken = Flow(double.NaN);
        Assert.Contains("None of 20 molecules", Assert.Throws<MoleculeSamplingException>(() => MoleculeSampling.Draw(broken, Request(20))).Message,
            StringComparison.Ordinal);

        using var identity = Flow(0);
        var hot = Request(1, 5) with { Temperature = 1e4, Stable = true };
        var error = Assert.Throws<MoleculeSamplingException>(() => MoleculeSampling.Draw(identity, hot));
        Assert.Contains($"Only 0 of {hot.MaxDraws} molecules", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StableOnesAreDrawnUntilThereAreEnough()
    {
        // Two atoms of H, C, N or O are stable now and then: as H-H, say.
        using var identity = Flow(0);
        var request = Request(12, 2) with { Stable = true, Temperature = 0.3 };
        var drawn = MoleculeSampling.Draw(identity, request);
        Assert.Equal(12, drawn.Molecules.Count);
        Assert.All(drawn.Molecules, molecule => Assert.True(Stability.Of(MolecularGraph.Of(molecule)).IsStable));
        Assert.True(drawn.Drawn > drawn.Stable && drawn.Stable >= 12);
        var all = MoleculeSampling.Draw(identity, Request(4000, 2) with { Temperature = 0.3, Seed = 9 });
        Assert.Equal(all.Molecules.Average(molecule => Stability.Of(MolecularGraph.Of(molecule)).IsStable ? 1 : 0), drawn.StableShare!.Value, 0.05);
    }

    [Fact]
    public void AFlowIsEvaluatedWithItsTrainingMoleculesAsReference()
    {
        using var flow = Flow();
        var (report, molecules) = MoleculeFlowEvaluation.Of(flow, Data, new MoleculesEvaluation { Samples = 40, Likelihoods = 4 }, 1, "best");
        Assert.Equal(MoleculeEvaluation.Of(molecules, [.. MoleculeSamples.Read(Data.Train.Data, (MoleculeSpace)flow.Space).OfType<Molecule>()]).Json(),
            report.Samples.Json());
        var likelihood = NllReport.Of(flow, Data, 4);
        Assert.Equal(("test", 4, likelihood.Nll, true), (report.Split, report.Likelihoods, report.Nll, likelihood.IsBound));
        var json = JsonDocument.Parse(report.Json()).RootElement;
        Assert.Equal(40, json.GetProperty("molecules").GetInt32());
        Assert.Equal(Data.Train.Count, json.GetProperty("reference").GetProperty("molecules").GetInt32());
        Assert.Equal(likelihood.NllDecoderStandardError, json.GetProperty("nll_decoder_standard_error").GetDouble());
        Assert.Equal(0, json.GetProperty("not_finite").GetDouble());
        Assert.True(report.MillisecondsPerMolecule > 0);
        Assert.False(json.TryGetProperty("samples", out _));
    }

    [Fact]
    public void TheBestOfSeveralIsKept()
    {
        var (small, other) = (Pair(0.7), Pair(0.8));
        var drawn = new MoleculeCandidates(3, [null, small, other, null, null, null, other, small, null], [9, 1, 2, 9, 9, 9, double.NaN, -5, 9]);
        Assert.Equal([other, small], drawn.Best(3));
        Assert.Equal([small, small], drawn.Best(2));
        Assert.Equal([other], drawn.Best(1));
        static Molecule Pair(double distance) => new([Element.H, Element.H], [new(0, 0, 0), new(0, 0, distance)]);
    }

    [Theory]
    [InlineData(CandidateCriterion.Reconstruction)]
    [InlineData(CandidateCriterion.Density)]
    public void ChosenMoleculesAreBetterByTheCriterionAndAsLargeAsOthers(CandidateCriterion by)
    {
        using var flow = Flow();
        using var scope = NewDisposeScope();
        var request = Request(24) with { Choice = new(4, by) };
        var drawn = MoleculeSampling.Draw(flow, request);
        Assert.Equal((24, 96L, 24L), (drawn.Molecules.Count, drawn.Drawn, drawn.Tried));
        var (batches, _, seconds) = MoleculeSampling.Candidates(flow, request, null, default);
        var batch = Assert.Single(batches);
        Assert.True(seconds > 0);
        Assert.Equal(Positions(batch.Best(4)), Positions(drawn.Molecules));

        // All candidates of a sample have one size, and the score is that of the molecule that is given out.
        Assert.All(Enumerable.Range(0, 24), sample => Assert.Single(batch.Molecules.Skip(4 * sample).Take(4).Select(m => m!.AtomCount).Distinct()));
        Assert.Equal(24, batch.Scores.Chunk(4).Count(scores => scores.Max() > scores.Min()));
        Assert.True(batch.Scores.Chunk(4).Average(scores => scores.Max()) > batch.Scores.Average());
        static IEnumerable<Position> Positions(IEnumerable<Molecule> molecules) => molecules.SelectMany(molecule => molecule.Positions);
    }

    [Fact]
    public void TheYieldOfChoosingIsApartFromTheScoresOfSamples()
    {
        using var flow = Flow();
        var plain = new MoleculesEvaluation { Samples = 40, Likelihoods = 2 };
        var (without, _) = MoleculeFlowEvaluation.Of(flow, Data, plain, 1, "best");
        var (with, _) = MoleculeFlowEvaluation.Of(flow, Data, plain with { Candidates = 5 }, 1, "best");
        Assert.Null(without.Yield);
        Assert.Equal(without.Samples.Json(), with.Samples.Json());
        Assert.Equal(("reconstruction", 8), (with.Yield!.By, with.Yield.Samples));
        Assert.Equal([1, 2, 4, 5], with.Yield.Rows.Select(row => row.Candidates));
        Assert.True(with.Yield.Rows[3].MillisecondsPerMolecule > with.Yield.Rows[1].MillisecondsPerMolecule);
        Assert.Equal(5, JsonDocument.Parse(with.Json()).RootElement.GetProperty("yield").GetProperty("rows")[3].GetProperty("candidates").GetInt32());
        Assert.Contains("Not the flow's samples, but the best of several draws each, by reconstruction; 8 molecules a row",
            MoleculeTable.Of(with).Parts.OfType<TextLine>().Select(line => line.Text));
    }

    /// <summary>A network that moves nothing has data for codes: those are another distribution than draws, and the share 0 gives the molecules back.</summary>
    [Fact]
    public void CodesThatAreMixedWithDrawsGoFromMoleculesToSamples()
    {
        using var flow = Flow(0);
        using var scope = NewDisposeScope();
        var heldOut = (Samples)Data.HeldOut.Rows;
        var options = new MoleculesEvaluation { Samples = 20, Likelihoods = 2 };
        var (without, _) = MoleculeFlowEvaluation.Of(flow, Data, options, 1, "best");
        var (with, _) = MoleculeFlowEvaluation.Of(flow, Data, options with { Codes = 1000 }, 1, "best");
        Assert.Null(without.Mixed);
        Assert.Equal(without.Samples.Json(), with.Samples.Json());
        var mixed = with.Mixed!;
        Assert.Equal(heldOut.Count, mixed.Molecules);
        Assert.Equal([0, 0.1, 0.2, 0.3, 0.5, 1, 1, 1], mixed.Rows.Select(row => row.Share));
        var data = MoleculeEvaluation.Of([.. MoleculeSamples.Read(heldOut.Data, (MoleculeSpace)flow.Space).OfType<Molecule>()]);
        var (codes, draws) = (mixed.Rows[0], mixed.Rows[5]);
        Assert.Equal((data.Connected, data.AtomStability), (codes.Connected, codes.AtomStability));
        Assert.True(draws.AtomStability < codes.AtomStability, $"{draws.AtomStability} {codes.AtomStability}");

        // Where nothing is held out, it is said that there are no codes.
        var (none, _) = MoleculeFlowEvaluation.Of(flow, Data with { Validation = Data.Train.Part(0, 0), Test = null }, options with { Codes = 5 }, 1, "best");
        Assert.Null(none.Mixed);
        Assert.Contains(none.Doubts, doubt => doubt.Contains("no codes to mix", StringComparison.Ordinal));
        Assert.DoesNotContain(with.Doubts, doubt => doubt.Contains("codes", StringComparison.Ordinal));

        // Atoms at places of draws, which lie apart; and other elements at the places of the molecules.
        Assert.True(mixed.Rows[6].Connected < 0.5 * codes.Connected);
        Assert.True(mixed.Rows[7].AtomStability < codes.AtomStability);
        Assert.NotEqual(draws, mixed.Rows[7] with { Latents = MixedLatents.All });

        // With codes that are the data themselves, z² of positions is that of the data: their mean in N − 1 of N dimensions.
        var (squares, numbers) = (0.0, 0L);
        foreach (var (atoms, _, rows) in MoleculeRows.BySize(heldOut.Data, MoleculeSpace.DataWidth))
        {
            squares += rows.narrow(-1, 0, 3).to(float64).square().sum().item<double>();
            numbers += 3 * (atoms - 1) * rows.shape[0];
        }

        Assert.Equal(squares / numbers, mixed.PositionSquare, 4);
        Assert.Equal("positions", JsonDocument.Parse(with.Json()).RootElement.GetProperty("mixed").GetProperty("rows")[6].GetProperty("latents").GetString());
        Assert.Contains(MoleculeTable.Of(with).Parts.OfType<TextLine>(),
            line => line.Text.StartsWith($"Codes of {heldOut.Count} test molecules", StringComparison.Ordinal));
    }

    [Fact]
    public void HeldOutMoleculesAreScoredBesideTheSamples()
    {
        using var flow = Flow();
        var space = (MoleculeSpace)flow.Space;
        var (report, _) = MoleculeFlowEvaluation.Of(flow, Data, new MoleculesEvaluation { Samples = 20, Likelihoods = 2 }, 1, "best");
        var heldOut = MoleculeSamples.Read(Data.Test!.Data, space).OfType<Molecule>().ToArray();
        Assert.Equal(MoleculeEvaluation.Of(heldOut, [.. MoleculeSamples.Read(Data.Train.Data, space).OfType<Molecule>()]).Json(), report.HeldOut!.Json());
        var table = MoleculeTable.Of(report).Parts.OfType<NamedValues>().First().Rows.ToDictionary(row => row.Name, row => row.Value);
        Assert.Contains("; test data: 100.00 %)", table["connected"], StringComparison.Ordinal);
        Assert.Equal(report.HeldOut.Connected, JsonDocument.Parse(report.Json()).RootElement.GetProperty("held_out").GetProperty("connected").GetDouble());
    }

    /// <summary>With sulfur in one training molecule of few: rare.</summary>
    [Fact]
    public void LikelihoodsWithoutRareElementsAndOfTheLiteratureStandBesideOurs()
    {
        Molecule[] all = [.. Qm7.Load(new HashSet<Element> { Element.H, Element.C, Element.S }).Molecules];
        var (sulfur, others) = (all.Where(m => m.Elements.Contains(Element.S)).Take(3).ToArray(), all.Where(m => !m.Elements.Contains(Element.S)).ToArray());
        Element[] elements = [Element.H, Element.C, Element.S];
        var rows = MoleculeSamples.Rows([.. others.Take(40), .. sulfur, .. others.Skip(40).Take(5)], elements);
        var (train, test) = (rows.Part(0, 41), rows.Part(41, 7));
        var shape = rows.Space.OfTraining(train);
        var data = new Dataset("mixed", train with { Space = shape }, train.Part(0, 0) with { Space = shape }, test with { Space = shape });
        using var flow = ExperimentModel.Create(Small, data.Train, CPU);
        using var scope = NewDisposeScope();
        var found = MoleculeLikelihood.Of(flow, data, 7);
        Assert.Equal(["S"], found.Rare);
        Assert.Equal((7, 5), (found.All.Samples, found.Common!.Samples));
        Assert.Equal(-flow.LogLikelihood(test).Encoder.narrow(0, 2, 5).mean().item<double>(), found.Common.Nll, 9);
        Assert.Null(MoleculeLikelihood.Of(flow, data with { Test = test.Part(2, 5) with { Space = shape } }, 5).Common);

        // A size that no training molecule has costs log(1e-30) there; ours adds a hundredth of a molecule to each.
        var counts = new AtomCountNormal((MoleculeSpace)shape);
        var sizes = test.Group!.data<long>().Select(size => (int)size).ToArray();
        Assert.Equal(found.All.Nll + sizes.Average(size => counts.LogShare(size) - counts.LogPublishedShare(size)), found.Literature.Nll, 9);
        Assert.Equal(Math.Log(1e-30), counts.LogPublishedShare(2), 9);
        Assert.Equal(Math.Log(((MoleculeSpace)shape).AtomCounts[sizes[3]] / 41.0 + 1e-30), counts.LogPublishedShare(sizes[3]), 9);
    }
}
