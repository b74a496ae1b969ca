using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Spaces;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Molecules;

/// <summary>Molecules and their properties in archives of arrays.</summary>
public sealed class MoleculeArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private string File => _folder["some.npz"];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void MoleculesOfDifferentSizesAreReadWithTheirProperties()
    {
        Write([]);
        var molecules = MoleculeFile.Read(File).ToArray();
        Assert.Equal([Element.O, Element.H, Element.H], molecules[0].Elements);
        Assert.Equal([Element.C, Element.O], molecules[1].Elements);
        Assert.Equal(new Position(0.5, 1.5, 2.5), molecules[1].Positions[1]);
        Assert.Equal((-0.25, 3.0), (molecules[1].Properties["homo"], molecules[1].Properties["index"]));

        // The last has no number there, which is told only where it is asked for.
        Assert.Equal(["homo", "index"], molecules[1].Properties.Keys.Order());
        Assert.Equal(["homo", "index", "mu"], molecules[0].Properties.Keys.Order());
        var data = new MoleculeData { Path = File, Condition = ["n_atoms", "homo"], Elements = ["H", "C", "O"] };
        var (_, rows, _) = MoleculeSamples.Of(data);
        Check.Close(rows.Condition!, tensor(new[,] { { 3, -0.123456789012345 }, { 2, -0.25 } }), 0);
        Assert.Equal(float64, rows.Condition!.dtype);
        Assert.True(((MoleculeSpace)rows.Space).IsSizeGiven);
        Assert.Equal(rows.Space.Tensors().Keys, ["data.elements", "data.atom_counts", "data.size_given"]);
        Assert.True(((MoleculeSpace)SpaceFile.Load(rows.Space.Tensors(), 15)!).IsSizeGiven);
        Refused(data with { Condition = ["mu"] }, "molecule 2 has no number 'mu', which data.condition names. What is known of it: n_atoms, homo, index.");

        // Without hydrogen one atom of water is left, which is no molecule: properties stay with their own.
        Check.Close(MoleculeSamples.Of(data with { RemoveH = true }).Rows.Condition!, tensor(new[,] { { 2, -0.25 } }), 0);
        Assert.Equal(2, MoleculeSamples.Of(data with { MaxAtoms = 2 }).Rows.Condition!.shape[1]);
    }

    [Fact]
    public void WhatIsNoArchiveOfMoleculesIsLocated()
    {
        Write(new() { ["charges"] = tensor(new[,] { { 8, 1, 1 }, { 6, 0, 8 } }) });
        Refused(new() { Path = File }, "molecule 1 (counted from 0) has 1 charge before the first 0, and others behind it");
        Write(new() { ["num_atoms"] = tensor(new[] { 3, 3 }) });
        Refused(new() { Path = File }, "molecule 1 (counted from 0) has 2 charges before the first 0, but 'num_atoms' 3");
        Write(new() { ["charges"] = tensor(new[,] { { 8, 1, 1 }, { 6, 1.5, 0 } }) });
        Refused(new() { Path = File }, "molecule 1 (counted from 0) atom 1 has the charge 1.5");
        Write(new() { ["charges"] = tensor(new[,] { { 8, 1, 1 }, { 6, 0, 0 } }), ["num_atoms"] = tensor(new[] { 3, 1 }) });
        Refused(new() { Path = File }, "molecule 1 (counted from 0) has 1 atom");
        Write(new() { ["positions"] = full([2, 3, 3], double.NaN) });
        Refused(new() { Path = File }, "molecule 0 (counted from 0) atom 0 has a coordinate that is not finite");
        Write(new() { ["positions"] = zeros(2, 4, 3) });
        Refused(new() { Path = File }, "'positions' has shape (2, 4, 3) and 'charges' (2, 3)");
        Npz.Write(File, new Dictionary<string, Tensor> { ["R"] = zeros(2, 4, 3) });
        Refused(new() { Path = File }, "has no array 'positions', but R.");
    }

    /// <summary>Extended .xyz files tell numbers in their comments, and lattices in quotation marks.</summary>
    [Fact]
    public void CommentsTellProperties()
    {
        var known = MoleculeProperties.Of(new([Element.H, Element.H], [new(0, 0, 0), new(0, 0, 1)],
            """Lattice="9 0 0 0 a=7 0 0 0 9" Properties=species:S:1:pos:R:3 homo=-0.25 E-tot=1e-3 name=water homo=3"""));
        Assert.Equal([("E-tot", 1e-3), ("homo", -0.25)], known.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    private void Write(Dictionary<string, Tensor> others)
    {
        var positions = zeros(2, 3, 3, dtype: float64);
        positions[0, 1, 0] = 1;
        positions[0, 2, 1] = 1;
        positions[1, 1] = tensor(new[] { 0.5, 1.5, 2.5 });
        var arrays = new Dictionary<string, Tensor>
        {
            ["positions"] = positions,
            ["charges"] = tensor(new[,] { { 8, 1, 1 }, { 6, 8, 0 } }),
            ["num_atoms"] = tensor(new[] { 3, 2 }),
            ["homo"] = tensor(new[] { -0.123456789012345, -0.25 }),
            ["mu"] = tensor(new[] { 1.8, double.NaN }),
            ["index"] = tensor(new[] { 1L, 3 }),
        };
        foreach (var (name, array) in others)
        {
            arrays[name] = array;
        }

        Npz.Write(File, arrays);
    }

    private static void Refused(MoleculeData data, string words) =>
        Assert.Contains(words, Assert.Throws<DatasetException>(() => MoleculeSamples.Of(data)).Message, StringComparison.Ordinal);
}
