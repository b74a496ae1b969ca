using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FFF.Mutations;

/// <summary>A library with all changes of some of its folders, each behind a switch.</summary>
/// <param name="Mutations">The changes that compile.</param>
/// <param name="Refused">How many do not.</param>
internal sealed record MutatedLibrary(IReadOnlyList<Mutation> Mutations, int Refused)
{
    /// <summary>Writes a library.</summary>
    /// <param name="repository">The repository's folder.</param>
    /// <param name="project">The project's folder, such as src/FFF.</param>
    /// <param name="isChanged">Whether a file, relative to the repository, is changed.</param>
    /// <param name="first">The number of the first change.</param>
    /// <param name="output">The folder that the library is written to.</param>
    public static MutatedLibrary Write(string repository, string project, Func<string, bool> isChanged, int first, string output)
    {
        var call = CompilerCall.Of(Path.Combine(repository, project));
        var original = call.Compilation();
        var switched = original.AddSyntaxTrees(MutantSource(original));
        var refused = new HashSet<int>();
        for (var attempt = 0; ; attempt++)
        {
            var (mutated, mutations) = Rewrite(repository, original, switched, isChanged, first, refused);
            var errors = call.Write(mutated, Path.Combine(output, call.Library));
            if (errors.Count == 0)
            {
                return new([.. mutations.Where(mutation => !refused.Contains(mutation.Id))], refused.Count);
            }

            var before = refused.Count;
            refused.UnionWith(errors.SelectMany(Culprits));
            if (refused.Count == before || attempt == 30)
            {
                throw new InvalidOperationException($"{project} does not compile with its changes: {errors[0]}");
            }
        }
    }

    private static (CSharpCompilation Mutated, List<Mutation> Mutations) Rewrite(
        string repository, CSharpCompilation original, CSharpCompilation mutated, Func<string, bool> isChanged, int first, HashSet<int> refused)
    {
        var mutations = new List<Mutation>();
        foreach (var tree in original.SyntaxTrees.OrderBy(tree => tree.FilePath, StringComparer.Ordinal))
        {
            var file = Path.GetRelativePath(repository, tree.FilePath).Replace('\\', '/');
            if (isChanged(file))
            {
                var switches = new Switches(original.GetSemanticModel(tree), first + mutations.Count, file, refused);
                mutated = mutated.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(switches.Visit(tree.GetRoot())!, tree.Options));
                mutations.AddRange(switches.Mutations);
            }
        }

        return (mutated, mutations);
    }

    private static SyntaxTree MutantSource(CSharpCompilation original)
    {
        using var reader = new StreamReader(typeof(MutatedLibrary).Assembly.GetManifestResourceStream("Mutant.cs")!);
        return CSharpSyntaxTree.ParseText(reader.ReadToEnd(), (CSharpParseOptions)original.SyntaxTrees[0].Options, "Mutant.cs", System.Text.Encoding.UTF8);
    }

    /// <summary>The changes that an error may come from: the one it lies in, else those in what it marks, else all of its member.</summary>
    private static IEnumerable<int> Culprits(Diagnostic error)
    {
        var node = error.Location.SourceTree?.GetRoot().FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
        var outside = node?.AncestorsAndSelf().FirstOrDefault(ancestor => ancestor.HasAnnotations(Switches.Mark));
        if (outside is not null)
        {
            return Numbers(outside);
        }

        int[] within = [.. Within(node)];
        return within.Length > 0 ? within : Within(node?.FirstAncestorOrSelf<MemberDeclarationSyntax>());
    }

    private static IEnumerable<int> Within(SyntaxNode? node) => node?.GetAnnotatedNodes(Switches.Mark).SelectMany(Numbers) ?? [];

    private static IEnumerable<int> Numbers(SyntaxNode node) => node.GetAnnotations(Switches.Mark).Select(mark => int.Parse(mark.Data!));
}
