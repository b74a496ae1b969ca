using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace FFF.Build;

/// <summary>Behind every call of a native function, keeps <c>this</c> and every reference parameter of the calling method alive.</summary>
public static class Weaver
{
    /// <summary>Weaves <paramref name="module"/> in place, and tells what was done in a line.</summary>
    public static string Weave(ModuleDefinition module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var gc = new TypeReference("System", "GC", module, module.TypeSystem.CoreLibrary);
        var keepAlive = new MethodReference("KeepAlive", module.TypeSystem.Void, gc) { Parameters = { new ParameterDefinition(module.TypeSystem.Object) } };
        int methods = 0, calls = 0;
        foreach (var method in module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody))
        {
            static bool Native(Instruction i) => i.OpCode == OpCodes.Call && i.Operand is MethodDefinition { IsPInvokeImpl: true };
            if (!method.Body.Instructions.Any(Native))
            {
                continue;
            }

            List<ParameterDefinition> kept = [.. method.Parameters.Where(p => p.ParameterType is { IsValueType: false, IsByReference: false, IsPointer: false, IsGenericParameter: false, MetadataType: not MetadataType.String })];
            if (method.HasThis && !method.DeclaringType.IsValueType)
            {
                kept.Add(method.Body.ThisParameter);
            }

            method.Body.SimplifyMacros();
            var il = method.Body.GetILProcessor();
            foreach (var call in method.Body.Instructions.Where(Native).ToList())
            {
                var at = call;
                foreach (var instruction in kept.SelectMany(p => (Instruction[])[il.Create(OpCodes.Ldarg, p), il.Create(OpCodes.Call, keepAlive)]))
                {
                    il.InsertAfter(at, instruction);
                    at = instruction;
                }

                calls++;
            }

            method.Body.OptimizeMacros();
            methods++;
        }

        return $"{methods} methods, {calls} native calls";
    }
}
