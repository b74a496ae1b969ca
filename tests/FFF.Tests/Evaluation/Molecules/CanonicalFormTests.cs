using FFF.Datasets.Molecules;
using FFF.Evaluation.Molecules;
using FFF.Spaces;
using Xunit;

namespace FFF.Tests.Evaluation.Molecules;

public sealed class CanonicalFormTests
{
    [Fact]
    public void FormsAreReadable()
    {
        // Ethanol: C 0, C 1, O 2, hydrogens.
        var ethanol = new MolecularGraph(
            [Element.C, Element.C, Element.O, .. Enumerable.Repeat(Element.H, 6)],
            [new(0, 1, 1), new(0, 3, 1), new(0, 4, 1), new(0, 5, 1), new(1, 2, 1), new(1, 6, 1), new(1, 7, 1), new(2, 8, 1)]);
        Assert.Equal("C:2 C:3 O:1|0-1 0-2", CanonicalForm.Of(ethanol));
        Assert.Equal("H H|0-1", CanonicalForm.Of(new([Element.H, Element.H], [new(0, 1, 1)])));
        Assert.Equal("H.H", CanonicalForm.Of(new([Element.H, Element.H], [])));
        Assert.Equal("C C|0#1.N:1", CanonicalForm.Of(new([Element.C, Element.H, Element.C, Element.N], [new(0, 2, 3), new(1, 3, 1)])));
    }

    /// <summary>
    /// All graphs of four vertices with two elements and bonds of order 0 to 2: equal forms where and only where some permutation maps one onto the other.
    /// </summary>
    [Fact]
    public void FormsAreEqualExactlyForIsomorphicGraphs()
    {
        (int First, int Second)[] pairs = [.. Pairs(4)];
        var (byForm, byBruteForce) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        var permutations = Permutations(4);
        for (var elements = 0; elements < 16; elements++)
        {
            for (var code = 0; code < 729; code++)
            {
                Element[] labels = [.. Enumerable.Range(0, 4).Select(v => (elements >> v & 1) == 0 ? Element.C : Element.N)];
                int[] orders = [.. Enumerable.Range(0, 6).Select(i => code / (int)Math.Pow(3, i) % 3)];
                var form = CanonicalForm.Of(Graph(labels, pairs, orders));
                var brute = permutations.Select(p => Text(labels, pairs, orders, p)).Min(StringComparer.Ordinal)!;
                Assert.Equal(brute, byForm.TryAdd(form, brute) ? brute : byForm[form]);
                Assert.Equal(form, byBruteForce.TryAdd(brute, form) ? form : byBruteForce[brute]);
            }
        }
    }

    /// <summary>A chain of 2,000 CF₂: each of its fluorines can be exchanged with the other, and the whole chain turned round.</summary>
    [Fact]
    public void TheFormOfALongChainTakesNoCubeOfItsLength()
    {
        const int Length = 2000;
        var random = new Random(3);
        int[] name = [.. Enumerable.Range(0, 3 * Length)];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var form = CanonicalForm.Of(Chain(name));
        random.Shuffle(name);
        Assert.Equal(form, CanonicalForm.Of(Chain(name)));
        Assert.True(clock.Elapsed.TotalSeconds < 20, $"took {clock.Elapsed}");

        static MolecularGraph Chain(int[] name)
        {
            var elements = new Element[name.Length];
            var bonds = new List<Bond>();
            for (var i = 0; i < Length; i++)
            {
                (elements[name[3 * i]], elements[name[(3 * i) + 1]], elements[name[(3 * i) + 2]]) = (Element.C, Element.F, Element.F);
                Add(name[3 * i], name[(3 * i) + 1]);
                Add(name[3 * i], name[(3 * i) + 2]);
                if (i > 0)
                {
                    Add(name[3 * i], name[3 * (i - 1)]);
                }
            }

            return new([.. elements], [.. bonds]);

            void Add(int a, int b) => bonds.Add(new(Math.Min(a, b), Math.Max(a, b), 1));
        }
    }

    /// <summary>There are 156 graphs of six vertices and 112 connected ones (OEIS A000088, A001349).</summary>
    [Fact]
    public void FormsCountTheGraphsOfSixVertices()
    {
        (int First, int Second)[] pairs = [.. Pairs(6)];
        var forms = new HashSet<string>();
        for (var code = 0; code < 1 << pairs.Length; code++)
        {
            forms.Add(CanonicalForm.Of(Graph([.. Enumerable.Repeat(Element.C, 6)], pairs, [.. pairs.Select((_, i) => code >> i & 1)])));
        }

        Assert.Equal(156, forms.Count);
        Assert.Equal(112, forms.Count(form => !form.Contains('.', StringComparison.Ordinal)));
    }

    /// <summary>Pairs that colours alone do not tell apart, and graphs of many automorphisms.</summary>
    [Fact]
    public void SymmetricGraphsAreToldApartWhateverTheirNumbering()
    {
        (string Name, int Count, (int, int)[] Bonds)[] graphs =
        [
            ("prism", 6, [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3), (1, 4), (2, 5)]),
            ("K3,3", 6, [(0, 3), (0, 4), (0, 5), (1, 3), (1, 4), (1, 5), (2, 3), (2, 4), (2, 5)]),
            ("decalin", 10, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (5, 6), (6, 7), (7, 8), (8, 9), (9, 0)]),
            ("bicyclopentyl", 10, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (5, 6), (6, 7), (7, 8), (8, 9), (9, 5), (0, 5)]),
            ("cube", 8, [(0, 1), (1, 3), (3, 2), (2, 0), (4, 5), (5, 7), (7, 6), (6, 4), (0, 4), (1, 5), (2, 6), (3, 7)]),
            ("Wagner", 8, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 0), (0, 4), (1, 5), (2, 6), (3, 7)]),
            ("Petersen", 10, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (0, 5), (1, 6), (2, 7), (3, 8), (4, 9), (5, 7), (7, 9), (9, 6), (6, 8), (8, 5)]),
            ("dodecahedron", 20, [.. Enumerable.Range(0, 10).Select(i => (i, (i + 1) % 10)), .. Enumerable.Range(0, 10).Select(i => (i, i + 10)),
                .. Enumerable.Range(0, 10).Select(i => (10 + i, 10 + ((i + 2) % 10)))]),
            ("Desargues", 20, [.. Enumerable.Range(0, 10).Select(i => (i, (i + 1) % 10)), .. Enumerable.Range(0, 10).Select(i => (i, i + 10)),
                .. Enumerable.Range(0, 10).Select(i => (10 + i, 10 + ((i + 3) % 10)))]),
            ("complete", 24, [.. Pairs(24)]),
            ("star", 40, [.. Enumerable.Range(1, 39).Select(i => (0, i))]),
        ];

        // With two leaves at each vertex, which can be exchanged wherever the search is.
        graphs = [.. graphs, .. graphs.Take(8).Select(graph => ($"{graph.Name} with leaves", 3 * graph.Count,
            ((int, int)[])[.. graph.Bonds, .. Enumerable.Range(0, 2 * graph.Count).Select(leaf => (leaf / 2, graph.Count + leaf))]))];
        var random = new Random(5);
        var forms = graphs.ToDictionary(graph => graph.Name, graph => Form(graph, [.. Enumerable.Range(0, graph.Count)]));
        Assert.Equal(graphs.Length, forms.Values.Distinct().Count());
        foreach (var graph in graphs)
        {
            for (var repeat = 0; repeat < 20; repeat++)
            {
                int[] permutation = [.. Enumerable.Range(0, graph.Count)];
                random.Shuffle(permutation);
                Assert.Equal(forms[graph.Name], Form(graph, permutation));
            }
        }

        static string Form((string Name, int Count, (int, int)[] Bonds) graph, int[] permutation) => CanonicalForm.Of(new(
            [.. Enumerable.Repeat(Element.C, graph.Count)],
            [.. graph.Bonds.Select(pair => (permutation[pair.Item1], permutation[pair.Item2]))
                .Select(pair => new Bond(Math.Min(pair.Item1, pair.Item2), Math.Max(pair.Item1, pair.Item2), 1))]));
    }

    [Fact]
    public void FormsOfMoleculesDoNotDependOnTheOrderOfAtoms()
    {
        var random = new Random(3);
        foreach (var molecule in Qm7.Load().Molecules.Where((_, i) => i % 40 == 0))
        {
            int[] order = [.. Enumerable.Range(0, molecule.AtomCount)];
            random.Shuffle(order);
            var shuffled = new Molecule([.. order.Select(i => molecule.Elements[i])], [.. order.Select(i => molecule.Positions[i])]);
            Assert.Equal(CanonicalForm.Of(MolecularGraph.Of(molecule)), CanonicalForm.Of(MolecularGraph.Of(shuffled)));
        }
    }

    /// <summary>Hydrogens that are counted at their neighbours are still hydrogens: H–C≡N and H–N≡C differ.</summary>
    [Fact]
    public void SuppressedHydrogensTellMoleculesApart() =>
        Assert.NotEqual(
            CanonicalForm.Of(new([Element.C, Element.N, Element.H], [new(0, 1, 3), new(0, 2, 1)])),
            CanonicalForm.Of(new([Element.C, Element.N, Element.H], [new(0, 1, 3), new(1, 2, 1)])));

    private static MolecularGraph Graph(Element[] labels, (int First, int Second)[] pairs, int[] orders) =>
        new([.. labels], [.. pairs.Zip(orders, (pair, order) => new Bond(pair.First, pair.Second, order)).Where(bond => bond.Order > 0)]);

    private static IEnumerable<(int First, int Second)> Pairs(int count) =>
        from first in Enumerable.Range(0, count) from second in Enumerable.Range(first + 1, count - first - 1) select (first, second);

    /// <summary>Labels and adjacency matrix with vertex v called p[v].</summary>
    private static string Text(Element[] labels, (int First, int Second)[] pairs, int[] orders, int[] p)
    {
        var (elements, matrix) = (new char[4], new char[16]);
        Array.Fill(matrix, '0');
        for (var v = 0; v < 4; v++)
        {
            elements[p[v]] = labels[v] == Element.C ? 'C' : 'N';
        }

        for (var i = 0; i < pairs.Length; i++)
        {
            var (a, b) = (p[pairs[i].First], p[pairs[i].Second]);
            matrix[(4 * a) + b] = matrix[(4 * b) + a] = (char)('0' + orders[i]);
        }

        return new string(elements) + new string(matrix);
    }

    private static int[][] Permutations(int count) => count == 0
        ? [[]]
        : [.. Permutations(count - 1).SelectMany(shorter => Enumerable.Range(0, count).Select(at => (int[])[.. shorter[..at], count - 1, .. shorter[at..]]))];
}
