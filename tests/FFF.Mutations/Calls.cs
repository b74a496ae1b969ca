using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FFF.Mutations;

/// <summary>Calls that are replaced by a call of another method with the same parameters, or by what they are called on.</summary>
internal static class Calls
{
    private static readonly Dictionary<string, string> Others = Both(
        "Exp Log", "Min Max", "Sin Cos", "Sinh Cosh", "Floor Ceiling",
        "First Last", "Any All", "OrderBy OrderByDescending", "Skip Take", "MinBy MaxBy",
        "exp log", "exp_ log_", "expm1 log1p", "sin cos", "sqrt square", "softplus sigmoid", "floor ceil",
        "add sub", "mul div", "add_ sub_", "mul_ div_", "addcmul addcdiv", "addcmul_ addcdiv_",
        "sum mean", "std var", "cumsum cumprod", "minimum maximum", "min max", "amin amax", "argmin argmax",
        "clamp_min clamp_max", "clamp_min_ clamp_max_", "any all", "lt ge", "gt le", "lt_ ge_", "gt_ le_", "eq ne", "logical_and logical_or",
        "zeros ones", "zeros_like ones_like");

    private static readonly HashSet<string> Wrappers = ["Abs", "Sqrt", "Round", "Tanh", "Cbrt"];
    private static readonly HashSet<string> Steps =
    [
        "abs", "neg", "neg_", "tanh", "logsumexp", "transpose", "flip", "reciprocal", "square", "detach", "contiguous",
        "Distinct", "Reverse", "Order", "Trim",
    ];

    /// <summary>The other calls.</summary>
    public static IEnumerable<Change> Of(InvocationExpressionSyntax call)
    {
        var name = call.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name,
            IdentifierNameSyntax identifier => identifier,
            _ => null,
        };
        if (name is not IdentifierNameSyntax)
        {
            yield break;
        }

        var old = name.Identifier.Text;
        if (Others.TryGetValue(old, out var other))
        {
            yield return new($"{old}() to {other}()", call.ReplaceNode(name, SyntaxFactory.IdentifierName(other)));
        }

        if (Wrappers.Contains(old) && call.ArgumentList.Arguments is [var only])
        {
            yield return new($"without {old}()", only.Expression);
        }
        else if (Steps.Contains(old) && call.Expression is MemberAccessExpressionSyntax step)
        {
            yield return new($"without {old}()", step.Expression);
        }
    }

    private static Dictionary<string, string> Both(params string[] pairs) =>
        pairs.Select(pair => pair.Split(' ')).SelectMany(pair => new[] { (One: pair[0], Other: pair[1]), (One: pair[1], Other: pair[0]) })
            .ToDictionary(pair => pair.One, pair => pair.Other);
}
