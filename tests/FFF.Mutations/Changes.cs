using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace FFF.Mutations;

/// <summary>The changes that are tried at a node of the source.</summary>
internal static class Changes
{
    private static readonly Dictionary<SyntaxKind, (SyntaxKind Kind, SyntaxKind Token)[]> Operators = new()
    {
        [SyntaxKind.AddExpression] = [(SyntaxKind.SubtractExpression, SyntaxKind.MinusToken)],
        [SyntaxKind.SubtractExpression] = [(SyntaxKind.AddExpression, SyntaxKind.PlusToken)],
        [SyntaxKind.MultiplyExpression] = [(SyntaxKind.DivideExpression, SyntaxKind.SlashToken)],
        [SyntaxKind.DivideExpression] = [(SyntaxKind.MultiplyExpression, SyntaxKind.AsteriskToken)],
        [SyntaxKind.ModuloExpression] = [(SyntaxKind.MultiplyExpression, SyntaxKind.AsteriskToken)],
        [SyntaxKind.LeftShiftExpression] = [(SyntaxKind.RightShiftExpression, SyntaxKind.GreaterThanGreaterThanToken)],
        [SyntaxKind.RightShiftExpression] = [(SyntaxKind.LeftShiftExpression, SyntaxKind.LessThanLessThanToken)],
        [SyntaxKind.BitwiseAndExpression] = [(SyntaxKind.BitwiseOrExpression, SyntaxKind.BarToken)],
        [SyntaxKind.BitwiseOrExpression] = [(SyntaxKind.BitwiseAndExpression, SyntaxKind.AmpersandToken)],
        [SyntaxKind.LessThanExpression] =
        [
            (SyntaxKind.LessThanOrEqualExpression, SyntaxKind.LessThanEqualsToken),
            (SyntaxKind.GreaterThanOrEqualExpression, SyntaxKind.GreaterThanEqualsToken),
        ],
        [SyntaxKind.LessThanOrEqualExpression] =
            [(SyntaxKind.LessThanExpression, SyntaxKind.LessThanToken), (SyntaxKind.GreaterThanExpression, SyntaxKind.GreaterThanToken)],
        [SyntaxKind.GreaterThanExpression] =
        [
            (SyntaxKind.GreaterThanOrEqualExpression, SyntaxKind.GreaterThanEqualsToken),
            (SyntaxKind.LessThanOrEqualExpression, SyntaxKind.LessThanEqualsToken),
        ],
        [SyntaxKind.GreaterThanOrEqualExpression] =
            [(SyntaxKind.GreaterThanExpression, SyntaxKind.GreaterThanToken), (SyntaxKind.LessThanExpression, SyntaxKind.LessThanToken)],
        [SyntaxKind.EqualsExpression] = [(SyntaxKind.NotEqualsExpression, SyntaxKind.ExclamationEqualsToken)],
        [SyntaxKind.NotEqualsExpression] = [(SyntaxKind.EqualsExpression, SyntaxKind.EqualsEqualsToken)],
        [SyntaxKind.LogicalAndExpression] = [(SyntaxKind.LogicalOrExpression, SyntaxKind.BarBarToken)],
        [SyntaxKind.LogicalOrExpression] = [(SyntaxKind.LogicalAndExpression, SyntaxKind.AmpersandAmpersandToken)],
        [SyntaxKind.AddAssignmentExpression] = [(SyntaxKind.SubtractAssignmentExpression, SyntaxKind.MinusEqualsToken)],
        [SyntaxKind.SubtractAssignmentExpression] = [(SyntaxKind.AddAssignmentExpression, SyntaxKind.PlusEqualsToken)],
        [SyntaxKind.MultiplyAssignmentExpression] = [(SyntaxKind.DivideAssignmentExpression, SyntaxKind.SlashEqualsToken)],
        [SyntaxKind.DivideAssignmentExpression] = [(SyntaxKind.MultiplyAssignmentExpression, SyntaxKind.AsteriskEqualsToken)],
    };

    /// <summary>The changes of an expression or of a statement that is one, in the source's order.</summary>
    public static IEnumerable<Change> Of(SyntaxNode node, SemanticModel model) => node switch
    {
        ExpressionStatementSyntax statement => OfStatement(statement, model),
        ExpressionSyntax { Parent: not ExpressionStatementSyntax } expression => OfExpression(expression, model),
        _ => [],
    };

    private static IEnumerable<Change> OfStatement(ExpressionStatementSyntax statement, SemanticModel model)
    {
        if (statement.Expression is AssignmentExpressionSyntax or InvocationExpressionSyntax or PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax)
        {
            yield return new("left out", null);
        }

        foreach (var change in OfExpression(statement.Expression, model))
        {
            yield return change with { Node = statement.WithExpression((ExpressionSyntax)change.Node!) };
        }
    }

    private static IEnumerable<Change> OfExpression(ExpressionSyntax expression, SemanticModel model) => expression switch
    {
        BinaryExpressionSyntax binary when !IsText(binary, model) => Swapped(binary, binary.OperatorToken,
            (kind, token) => BinaryExpression(kind, binary.Left, token, binary.Right)),
        AssignmentExpressionSyntax assignment when !IsText(assignment, model) => Swapped(assignment, assignment.OperatorToken,
            (kind, token) => AssignmentExpression(kind, assignment.Left, token, assignment.Right)),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression or (int)SyntaxKind.LogicalNotExpression } unary =>
            [new($"without {unary.OperatorToken.Text}", unary.Operand)],
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression, Parent: not ForStatementSyntax } counted =>
            [new("++ to --", PostfixUnaryExpression(SyntaxKind.PostDecrementExpression, counted.Operand))],
        ConditionalExpressionSyntax choice => [new("?: the other way", choice.WithWhenTrue(choice.WhenFalse).WithWhenFalse(choice.WhenTrue))],
        InvocationExpressionSyntax call => Calls.Of(call),
        LiteralExpressionSyntax literal => OfLiteral(literal),
        IdentifierNameSyntax or MemberAccessExpressionSyntax when model.GetSymbolInfo(expression).Symbol is { } symbol => OfConstant(expression, symbol),
        _ => [],
    };

    private static IEnumerable<Change> Swapped(ExpressionSyntax expression, SyntaxToken old, Func<SyntaxKind, SyntaxToken, ExpressionSyntax> with) =>
        Operators.GetValueOrDefault(expression.Kind(), []).Select(other => new Change($"{old.Text} to {SyntaxFacts.GetText(other.Token)}",
            with(other.Kind, Token(other.Token).WithLeadingTrivia(Space).WithTrailingTrivia(Space))));

    private static bool IsText(ExpressionSyntax expression, SemanticModel model) =>
        model.GetTypeInfo(expression).Type?.SpecialType == SpecialType.System_String;

    private static IEnumerable<Change> OfLiteral(LiteralExpressionSyntax literal) => literal.Token.Value switch
    {
        bool value => [Numbered(literal, value ? "false" : "true")],
        0 => [Numbered(literal, "1")],
        int value => [Numbered(literal, Text(value + 1L)), Numbered(literal, Text(value - 1L))],
        long value => [Numbered(literal, $"{Text(value + 1)}L")],
        float value => [Numbered(literal, value == 0 ? "1f" : $"{Text(value)}f * 1.2f")],
        double value => [Numbered(literal, value == 0 ? "1.0" : $"{Text(value)} * 1.2")],
        _ => [],
    };

    /// <summary>Constants by name are changed where they are used, as their declarations cannot hold a switch.</summary>
    private static IEnumerable<Change> OfConstant(ExpressionSyntax use, ISymbol symbol)
    {
        var isWhole = use.Parent is not MemberAccessExpressionSyntax;
        var type = symbol switch
        {
            IFieldSymbol { IsConst: true, ContainingType.TypeKind: not TypeKind.Enum } field => field.Type,
            ILocalSymbol { IsConst: true } local => local.Type,
            _ => null,
        };
        return (isWhole, type?.SpecialType) switch
        {
            (true, SpecialType.System_Int32 or SpecialType.System_Int64) => [Numbered(use, $"({use} - 1)")],
            (true, SpecialType.System_Single) => [Numbered(use, $"({use} * 1.2f)")],
            (true, SpecialType.System_Double) => [Numbered(use, $"({use} * 1.2)")],
            _ => [],
        };
    }

    private static Change Numbered(ExpressionSyntax old, string text) => new($"{old} to {text}", ParseExpression(text));

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
