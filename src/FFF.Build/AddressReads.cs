using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Build;

/// <summary>An instruction that takes an address out of objects, with the types of the operands that it finds on the stack.</summary>
/// <param name="At">The call, or the load of a field.</param>
/// <param name="Operands">The type of each operand, the first pushed first.</param>
internal sealed record AddressRead(Instruction At, IReadOnlyList<TypeReference> Operands)
{
    /// <summary>Whether this operand can keep alive what the address belongs to.</summary>
    public bool Owns(int operand) => (operand == 0 && Constrained is not null) || Holds(operand);

    /// <summary>
    /// The type of a value of a generic type, whose address the call finds on the stack in its stead; null for other calls.
    /// </summary>
    public TypeReference? Constrained =>
        At.Previous is { OpCode.Code: Code.Constrained, Operand: TypeReference type } && TypeRules.MayHoldReferences(type) ? type : null;

    /// <summary>The operands that own the address, or may.</summary>
    public IEnumerable<int> Owners => Enumerable.Range(0, Operands.Count).Where(Owns);

    private bool Holds(int operand) =>
        TypeRules.IsReference(Operands[operand]) ? Operands[operand].MetadataType != MetadataType.String : TypeRules.MayHoldReferences(Operands[operand]);
}

/// <summary>
/// Finds where a method takes addresses out of objects, and where it uses them. The types alone tell: what goes in can be
/// collected, what comes out is an address, which the collector does not follow.
/// </summary>
internal static class AddressReads
{
    /// <summary>A native function.</summary>
    public static bool IsNative(Instruction instruction) =>
        instruction.OpCode == OpCodes.Calli || (instruction.OpCode == OpCodes.Call && instruction.Operand is MethodDefinition { IsPInvokeImpl: true });

    /// <summary>A call of a native function, or of one that is given addresses and may hand them to one.</summary>
    public static bool IsUse(Instruction instruction) =>
        IsNative(instruction)
        || (instruction.OpCode.FlowControl == FlowControl.Call && !IsDelegate(instruction) && instruction.Operand is MethodReference method
            && method.Parameters.Any(parameter => TypeRules.IsAddress(TypeRules.In(method, parameter.ParameterType))));

    /// <summary>All of a method, in the order of its instructions.</summary>
    public static IEnumerable<AddressRead> Of(MethodBody body) => body.Instructions.Select(Read).OfType<AddressRead>();

    private static AddressRead? Read(Instruction instruction)
    {
        AddressRead? read = null;
        if (instruction.OpCode.Code is Code.Ldfld or Code.Ldflda && instruction.Operand is FieldReference field)
        {
            read = !field.DeclaringType.IsValueType && TypeRules.IsAddress(TypeRules.In(field, field.FieldType))
                ? new(instruction, [field.DeclaringType])
                : null;
        }
        else if (IsDelegateTarget(instruction))
        {
            // What a delegate calls reads its target.
            read = TypeRules.YieldsAddress(((MethodReference)instruction.Next.Operand).DeclaringType)
                ? new(instruction, [((MethodReference)instruction.Operand).DeclaringType])
                : null;
        }
        else if (instruction.OpCode.FlowControl == FlowControl.Call && !IsDelegate(instruction) && !IsNative(instruction)
            && instruction.Operand is MethodReference method && Yields(instruction, method))
        {
            read = new(instruction, Operands(instruction, method));
        }

        return read is not null && read.Owners.Any() ? read : null;
    }

    /// <summary>The load of a function for a delegate, with the delegate's target on the stack. Nothing may come between it and the delegate.</summary>
    private static bool IsDelegateTarget(Instruction instruction) =>
        instruction.OpCode.Code is Code.Ldftn or Code.Ldvirtftn && instruction.Next is { } next && next.OpCode == OpCodes.Newobj;

    private static bool IsDelegate(Instruction instruction) =>
        instruction.OpCode == OpCodes.Newobj && instruction.Previous?.OpCode.Code is Code.Ldftn or Code.Ldvirtftn;

    private static bool Yields(Instruction instruction, MethodReference method)
    {
        if (instruction.OpCode == OpCodes.Newobj)
        {
            return TypeRules.IsAddress(method.DeclaringType);
        }

        var result = TypeRules.In(method, method.ReturnType);
        return (TypeRules.IsAddress(result) && !(TypeRules.IsSpan(result) && method is not MethodDefinition))
            || method.Parameters.Any(parameter => parameter.ParameterType is ByReferenceType reference
                && TypeRules.IsAddress(TypeRules.In(method, reference.ElementType)));
    }

    private static TypeReference[] Operands(Instruction instruction, MethodReference method)
    {
        var parameters = method.Parameters.Select(parameter => TypeRules.In(method, parameter.ParameterType));
        return method.HasThis && instruction.OpCode != OpCodes.Newobj
            ?
            [
                method.DeclaringType.IsValueType || instruction.Previous?.OpCode == OpCodes.Constrained
                    ? new ByReferenceType(method.DeclaringType)
                    : method.DeclaringType,
                .. parameters,
            ]
            : [.. parameters];
    }
}
