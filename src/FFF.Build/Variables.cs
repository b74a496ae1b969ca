using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Build;

/// <summary>Which variable or argument an instruction loads or stores, whatever its short form.</summary>
internal static class Variables
{
    /// <summary>The variable that an instruction loads, or whose address it does; or null.</summary>
    public static VariableDefinition? Loaded(MethodDefinition method, Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Ldloc_0 => method.Body.Variables[0],
        Code.Ldloc_1 => method.Body.Variables[1],
        Code.Ldloc_2 => method.Body.Variables[2],
        Code.Ldloc_3 => method.Body.Variables[3],
        Code.Ldloc or Code.Ldloc_S or Code.Ldloca or Code.Ldloca_S => (VariableDefinition)instruction.Operand,
        _ => null,
    };

    /// <summary>The variable that an instruction stores to, or null.</summary>
    public static VariableDefinition? Stored(MethodDefinition method, Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Stloc_0 => method.Body.Variables[0],
        Code.Stloc_1 => method.Body.Variables[1],
        Code.Stloc_2 => method.Body.Variables[2],
        Code.Stloc_3 => method.Body.Variables[3],
        Code.Stloc or Code.Stloc_S => (VariableDefinition)instruction.Operand,
        _ => null,
    };

    /// <summary>
    /// The position of the argument that an instruction loads, or whose address it does, <c>this</c> being the first of a method that has one; or null.
    /// </summary>
    public static int? LoadedArgument(MethodDefinition method, Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Ldarg_0 => 0,
        Code.Ldarg_1 => 1,
        Code.Ldarg_2 => 2,
        Code.Ldarg_3 => 3,
        Code.Ldarg or Code.Ldarg_S or Code.Ldarga or Code.Ldarga_S => Position(method, instruction),
        _ => null,
    };

    /// <summary>The position of the argument that an instruction stores to, or null.</summary>
    public static int? StoredArgument(MethodDefinition method, Instruction instruction) =>
        instruction.OpCode.Code is Code.Starg or Code.Starg_S ? Position(method, instruction) : null;

    private static int Position(MethodDefinition method, Instruction instruction) =>
        ((ParameterDefinition)instruction.Operand).Index + (method.HasThis ? 1 : 0);
}
