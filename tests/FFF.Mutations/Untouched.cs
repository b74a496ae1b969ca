using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FFF.Mutations;

/// <summary>What is not changed: what must be constant, messages, and lifetimes, which are no numbers.</summary>
internal static class Untouched
{
    /// <summary>Whether a node stays as it is, with all in it.</summary>
    public static bool Is(SyntaxNode node) => node switch
    {
        AttributeListSyntax or ParameterSyntax or EnumMemberDeclarationSyntax or PatternSyntax or SwitchLabelSyntax or UsingDirectiveSyntax => true,
        InterpolatedStringExpressionSyntax or ThrowStatementSyntax or ThrowExpressionSyntax => true,
        TypeSyntax and not NameSyntax => true,
        ObjectCreationExpressionSyntax created => created.Type.ToString().EndsWith("Exception", StringComparison.Ordinal),
        FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.ConstKeyword),
        LocalDeclarationStatementSyntax local => local.IsConst,
        MethodDeclarationSyntax method => method.Identifier.Text is "ToString" or "GetHashCode" or "Dispose",

        // The defaults of settings: FFF.Cli.Tests compares them with docs/reference/keys.md.
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax { AccessorList: not null } } => true,
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } => IsLifetime(call) || IsGuard(call),
        InvocationExpressionSyntax call => call.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" },
        ConditionalAccessExpressionSyntax => true,
        _ => false,
    };

    private static bool IsLifetime(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Dispose" or "KeepAlive" or "SuppressFinalize" };

    private static bool IsGuard(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: var name } && name.StartsWith("ThrowIf", StringComparison.Ordinal);
}
