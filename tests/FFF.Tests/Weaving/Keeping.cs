using FFF.Build;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Tests.Weaving;

/// <summary>
/// Whether woven code keeps what it takes an address out of: it stores each owner in a variable, which is kept behind every native call and at every end.
/// </summary>
internal static class Keeping
{
    public static bool IsKept(MethodDefinition method, AddressRead read)
    {
        var flow = new StackFlow(method.Body);
        Instruction[] ends = [.. method.Body.Instructions.Where(i => i.OpCode.Code is Code.Ret or Code.Throw or Code.Rethrow || AddressReads.IsNative(i))];
        var loads = flow.Operands(read.At).Count == 0 ? [] : read.Owners.Select(i => flow.Operands(read.At)[i]).ToList();
        return loads.All(producers =>
            producers.All(producer => Variables.Loaded(method, producer) is { } variable && ends.All(end => KeptAt(method, end).Contains(variable))));
    }

    /// <summary>The variables that are kept right before the end of a method, or right behind a native call.</summary>
    private static HashSet<VariableDefinition> KeptAt(MethodDefinition method, Instruction end)
    {
        var kept = new HashSet<VariableDefinition>();
        var native = AddressReads.IsNative(end);
        for (var at = native ? end.Next : end.Previous; at is not null && (IsKeeping(at) || Variables.Loaded(method, at) is not null
            || at.OpCode.Code is Code.Conv_U || Variables.LoadedArgument(method, at) is not null); at = native ? at.Next : at.Previous)
        {
            if (Variables.Loaded(method, at) is { } variable && IsKeeping(at.Next.OpCode == OpCodes.Conv_U ? at.Next.Next : at.Next))
            {
                kept.Add(variable);
            }
        }

        return kept;
    }

    private static bool IsKeeping(Instruction? instruction) =>
        instruction?.Operand is MethodReference { DeclaringType.FullName: "System.GC", Name: "KeepAlive" }
            or MethodReference { DeclaringType.FullName: "FreeFormFlows.Keep" };
}
