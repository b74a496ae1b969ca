using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace FFF.Build;

/// <summary>
/// Rewrites a method so that every object that it takes an address out of lives until the method is done with the address:
/// behind every call that uses addresses, and up to where the method returns or throws.
/// </summary>
internal sealed class MethodWeaver(MethodDefinition method, Keepers keepers)
{
    private readonly ILProcessor _il = method.Body.GetILProcessor();
    private readonly List<VariableDefinition> _kept = [];

    /// <summary>Rewrites the method. False where it takes no addresses and calls nothing native.</summary>
    /// <param name="toNative">Whether native code calls it and goes on to read through the address that it returns.</param>
    public bool Weave(bool toNative)
    {
        var body = method.Body;
        AddressRead[] reads = [.. AddressReads.Of(body)];
        Instruction[] uses = [.. body.Instructions.Where(AddressReads.IsUse)];
        if (reads.Length == 0 && !uses.Any(AddressReads.IsNative))
        {
            return false;
        }

        body.SimplifyMacros();
        body.InitLocals = true;
        foreach (var read in reads)
        {
            Remember(read);
        }

        foreach (var use in uses)
        {
            var at = use;
            foreach (var instruction in Keep())
            {
                _il.InsertAfter(at, instruction);
                at = instruction;
            }
        }

        foreach (var end in body.Instructions.Where(i => i.OpCode.Code is Code.Ret or Code.Throw or Code.Rethrow).ToList())
        {
            InsertBefore(end, [.. toNative && end.OpCode == OpCodes.Ret ? KeepBeyond() : [], .. Keep()]);
        }

        body.OptimizeMacros();
        return true;
    }

    /// <summary>Stores the operands of a read in variables of their own, and puts them back on the stack.</summary>
    private void Remember(AddressRead read)
    {
        List<Instruction> woven = [];
        if (read.Constrained is { } constrained)
        {
            // A reference that is boxed stays what it is; what a structure holds is held by its copy.
            var boxed = new VariableDefinition(method.Module.TypeSystem.Object);
            method.Body.Variables.Add(boxed);
            _kept.Add(boxed);
            InsertBefore(read.At.Previous,
                [_il.Create(OpCodes.Dup), _il.Create(OpCodes.Ldobj, constrained), _il.Create(OpCodes.Box, constrained), _il.Create(OpCodes.Stloc, boxed)]);
            return;
        }

        VariableDefinition[] variables = [.. read.Operands.Select(type => new VariableDefinition(type))];
        var first = read.Owners.First();
        for (var i = variables.Length - 1; i >= first; i--)
        {
            method.Body.Variables.Add(variables[i]);
            woven.Add(_il.Create(OpCodes.Stloc, variables[i]));
        }

        for (var i = first; i < variables.Length; i++)
        {
            woven.Add(_il.Create(OpCodes.Ldloc, variables[i]));
            if (!read.Owns(i))
            {
                continue;
            }

            _kept.Add(variables[i]);
            if (TypeRules.LazyElement(read.Operands[i]) is { } element)
            {
                // What such a sequence computes would be held by nothing. An array holds it; null stays null.
                var done = _il.Create(OpCodes.Stloc, variables[i]);
                woven.AddRange([_il.Create(OpCodes.Dup), _il.Create(OpCodes.Brfalse, done), _il.Create(OpCodes.Call, keepers.ToArray(element)), done,
                    _il.Create(OpCodes.Ldloc, variables[i])]);
            }
        }

        var at = read.At;
        while (at.Previous?.OpCode.OpCodeType == OpCodeType.Prefix)
        {
            at = at.Previous;
        }

        InsertBefore(at, [.. woven]);
    }

    private IEnumerable<Instruction> Keep()
    {
        IEnumerable<(TypeReference Type, OpCode Load, OpCode LoadAddress, object Operand)> all =
        [
            .. _kept.Select(variable => (variable.VariableType, OpCodes.Ldloc, OpCodes.Ldloca, (object)variable)),
            .. method.Parameters.Where(parameter => parameter.ParameterType.MetadataType != MetadataType.String)
                .Select(parameter => (parameter.ParameterType, OpCodes.Ldarg, OpCodes.Ldarga, (object)parameter)),
            .. method.HasThis && !method.DeclaringType.IsValueType
                ? [(method.DeclaringType, OpCodes.Ldarg, OpCodes.Ldarga, (object)method.Body.ThisParameter)]
                : Array.Empty<(TypeReference, OpCode, OpCode, object)>(),
        ];
        foreach (var (type, load, loadAddress, operand) in all)
        {
            if (TypeRules.IsReference(type))
            {
                yield return Create(load, operand);
                yield return _il.Create(OpCodes.Call, keepers.KeepAlive);
            }
            else if (TypeRules.MayHoldReferences(type))
            {
                yield return Create(loadAddress, operand);
                yield return _il.Create(OpCodes.Conv_U);
                yield return _il.Create(OpCodes.Call, keepers.KeepValue);
            }
        }
    }

    /// <summary>Stores what is kept where it lives on after the method has returned.</summary>
    private IEnumerable<Instruction> KeepBeyond()
    {
        VariableDefinition[] references = [.. _kept.Where(variable => TypeRules.IsReference(variable.VariableType))];
        yield return _il.Create(OpCodes.Ldc_I4, references.Length);
        yield return _il.Create(OpCodes.Newarr, method.Module.TypeSystem.Object);
        for (var i = 0; i < references.Length; i++)
        {
            yield return _il.Create(OpCodes.Dup);
            yield return _il.Create(OpCodes.Ldc_I4, i);
            yield return _il.Create(OpCodes.Ldloc, references[i]);
            yield return _il.Create(OpCodes.Stelem_Ref);
        }

        yield return _il.Create(OpCodes.Stsfld, keepers.Returned);
    }

    private Instruction Create(OpCode code, object operand) =>
        operand is VariableDefinition variable ? _il.Create(code, variable) : _il.Create(code, (ParameterDefinition)operand);

    /// <summary>Inserts instructions before one, and lets all that led to that one lead to them.</summary>
    private void InsertBefore(Instruction target, Instruction[] woven)
    {
        if (woven.Length == 0)
        {
            return;
        }

        foreach (var instruction in woven)
        {
            _il.InsertBefore(target, instruction);
        }

        var first = woven[0];
        foreach (var instruction in method.Body.Instructions.Except(woven))
        {
            if (instruction.Operand == target)
            {
                instruction.Operand = first;
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                instruction.Operand = targets.Select(t => t == target ? first : t).ToArray();
            }
        }

        foreach (var handler in method.Body.ExceptionHandlers)
        {
            handler.TryStart = handler.TryStart == target ? first : handler.TryStart;
            handler.TryEnd = handler.TryEnd == target ? first : handler.TryEnd;
            handler.FilterStart = handler.FilterStart == target ? first : handler.FilterStart;
            handler.HandlerStart = handler.HandlerStart == target ? first : handler.HandlerStart;
            handler.HandlerEnd = handler.HandlerEnd == target ? first : handler.HandlerEnd;
        }
    }
}
