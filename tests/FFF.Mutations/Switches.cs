using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace FFF.Mutations;

/// <summary>Writes every change of a file beside what it changes: <c>a + b</c> becomes <c>(Mutant.Is(17) ? a - b : a + b)</c>.</summary>
/// <param name="model">The meaning of the file as it is.</param>
/// <param name="first">The number of its first change.</param>
/// <param name="file">The file, relative to the repository.</param>
/// <param name="refused">The numbers of changes that do not compile.</param>
internal sealed class Switches(SemanticModel model, int first, string file, IReadOnlySet<int> refused) : CSharpSyntaxRewriter
{
    /// <summary>What marks a node that holds a switch; the number of the change goes with it.</summary>
    public const string Mark = "mutant";

    private readonly List<Mutation> _mutations = [];

    /// <summary>All changes of the file, refused ones included, so that numbers stay.</summary>
    public IReadOnlyList<Mutation> Mutations => _mutations;

    /// <inheritdoc/>
    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        if (node is null || Untouched.Is(node))
        {
            return node;
        }

        var written = base.Visit(node);

        // What is declared within a switch would not be seen after it.
        foreach (var change in Declares(node) ? [] : Changes.Of(node, model))
        {
            var id = first + _mutations.Count;
            var line = node.SyntaxTree.GetText().Lines.GetLineFromPosition(node.SpanStart);
            _mutations.Add(new(id, file, line.LineNumber + 1, line.ToString().Trim(), OneLine(node), change.What));
            if (!refused.Contains(id))
            {
                written = Switch(id, change.Node, written!).WithAdditionalAnnotations(new SyntaxAnnotation(Mark, $"{id}"));
            }
        }

        return written;
    }

    private static SyntaxNode Switch(int id, SyntaxNode? changed, SyntaxNode written)
    {
        var isActive = ParseExpression($"global::FFF.Mutations.Mutant.Is({id}) ");
        return written switch
        {
            ExpressionSyntax expression => ParenthesizedExpression(ConditionalExpression(isActive,
                ParenthesizedExpression((ExpressionSyntax)changed!.WithoutTrivia()),
                ParenthesizedExpression(expression.WithoutTrivia()))).WithTriviaFrom(expression),
            StatementSyntax statement => IfStatement(
                isActive, changed is null ? Block() : Block((StatementSyntax)changed), ElseClause(Block(statement))),
            _ => throw new InvalidOperationException($"A change of a {written.Kind()}."),
        };
    }

    private static bool Declares(SyntaxNode node) => node.DescendantNodesAndSelf().Any(inner => inner is VariableDesignationSyntax);

    private static string OneLine(SyntaxNode node) => string.Join(' ', node.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
