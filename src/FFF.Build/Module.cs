using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Build;

/// <summary>What belongs to the module at hand.</summary>
internal static class Module
{
    /// <summary>The method that an instruction calls or loads, where its body is in this module; else null.</summary>
    public static MethodDefinition? Body(Instruction instruction) =>
        instruction.Operand is MethodReference called && called.DeclaringType.GetElementType() is TypeDefinition
        && called.Resolve() is { HasBody: true } definition ? definition : null;
}
