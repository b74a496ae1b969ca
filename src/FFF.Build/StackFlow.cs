using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Build;

/// <summary>
/// Which instructions put the operands of each instruction on the evaluation stack, on any path that leads there.
/// </summary>
internal sealed class StackFlow
{
    private readonly MethodBody _body;
    private readonly Dictionary<Instruction, HashSet<Instruction>[]> _stacks = [];
    private readonly Dictionary<Instruction, List<Instruction>> _consumers = [];

    /// <summary>Follows all paths through a method.</summary>
    public StackFlow(MethodBody body)
    {
        _body = body;
        var pending = new Stack<Instruction>();
        Reach(body.Instructions[0], [], pending);
        foreach (var handler in body.ExceptionHandlers)
        {
            // The runtime itself puts the exception there: no instruction did.
            if (handler.FilterStart is { } filter)
            {
                Reach(filter, [[]], pending);
            }

            Reach(handler.HandlerStart, handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter ? [[]] : [], pending);
        }

        while (pending.TryPop(out var instruction))
        {
            var next = After(instruction, _stacks[instruction]);
            foreach (var successor in Successors(instruction))
            {
                Reach(successor, next, pending);
            }
        }

        foreach (var instruction in body.Instructions)
        {
            foreach (var producer in Operands(instruction).SelectMany(producers => producers))
            {
                if (!_consumers.TryGetValue(producer, out var consumers))
                {
                    _consumers[producer] = consumers = [];
                }

                consumers.Add(instruction);
            }
        }
    }

    /// <summary>For each operand of an instruction, the first pushed first, the instructions that may have pushed it. Empty where no path leads.</summary>
    public IReadOnlyList<HashSet<Instruction>> Operands(Instruction instruction)
    {
        if (!_stacks.TryGetValue(instruction, out var stack))
        {
            return [];
        }

        var pops = instruction.OpCode == OpCodes.Dup ? 1 : Pops(instruction);
        return stack[^pops..];
    }

    /// <summary>The instructions that take from the stack what this one put there.</summary>
    public IReadOnlyList<Instruction> Consumers(Instruction producer) => _consumers.GetValueOrDefault(producer) ?? [];

    /// <summary>Whether a path leads from an instruction back to itself, through exceptions too.</summary>
    public bool IsInLoop(Instruction instruction)
    {
        var (seen, pending) = (new HashSet<Instruction>(), new Stack<Instruction>(Successors(instruction)));
        while (pending.TryPop(out var reached))
        {
            if (reached == instruction)
            {
                return true;
            }

            if (seen.Add(reached))
            {
                var caught = _body.ExceptionHandlers.Where(handler => handler.TryStart.Offset <= reached.Offset && reached.Offset < handler.TryEnd.Offset)
                    .Select(handler => handler.HandlerStart);
                foreach (var successor in Successors(reached).Concat(caught))
                {
                    pending.Push(successor);
                }
            }
        }

        return false;
    }

    private void Reach(Instruction instruction, HashSet<Instruction>[] stack, Stack<Instruction> pending)
    {
        if (!_stacks.TryGetValue(instruction, out var known))
        {
            _stacks[instruction] = [.. stack.Select(producers => producers.ToHashSet())];
            pending.Push(instruction);
            return;
        }

        var before = known.Sum(producers => producers.Count);
        foreach (var (producers, others) in known.Zip(stack))
        {
            producers.UnionWith(others);
        }

        if (known.Sum(producers => producers.Count) > before)
        {
            pending.Push(instruction);
        }
    }

    private HashSet<Instruction>[] After(Instruction instruction, HashSet<Instruction>[] stack)
    {
        if (instruction.OpCode == OpCodes.Dup)
        {
            return [.. stack[..^1], [instruction], [instruction]];
        }

        return instruction.OpCode.Code is Code.Leave or Code.Leave_S
            ? []
            : [.. stack[..^Pops(instruction)], .. Enumerable.Range(0, Pushes(instruction)).Select(_ => new HashSet<Instruction> { instruction })];
    }

    private static IEnumerable<Instruction> Successors(Instruction instruction)
    {
        switch (instruction.OpCode.FlowControl)
        {
            case FlowControl.Return or FlowControl.Throw:
                return [];
            case FlowControl.Branch:
                return [(Instruction)instruction.Operand];
            case FlowControl.Cond_Branch:
                return [.. instruction.Operand is Instruction[] targets ? targets : [(Instruction)instruction.Operand], instruction.Next];
            default:
                return [instruction.Next];
        }
    }

    private int Pops(Instruction instruction) => instruction.OpCode.StackBehaviourPop switch
    {
        StackBehaviour.Pop0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8 or StackBehaviour.Popi_popr4
            or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi => 2,
        StackBehaviour.Popi_popi_popi or StackBehaviour.Popref_popi_popi or StackBehaviour.Popref_popi_popi8 or StackBehaviour.Popref_popi_popr4
            or StackBehaviour.Popref_popi_popr8 or StackBehaviour.Popref_popi_popref => 3,
        StackBehaviour.PopAll => _stacks.TryGetValue(instruction, out var all) ? all.Length : 0,
        _ when instruction.OpCode == OpCodes.Ret => _body.Method.ReturnType.MetadataType == MetadataType.Void ? 0 : 1,
        _ when instruction.Operand is IMethodSignature called => called.Parameters.Count
            + (called.HasThis && !called.ExplicitThis && instruction.OpCode != OpCodes.Newobj ? 1 : 0) + (instruction.OpCode == OpCodes.Calli ? 1 : 0),
        _ => throw new NotSupportedException($"{instruction} in {_body.Method.FullName}: an instruction with unknown operands."),
    };

    private static int Pushes(Instruction instruction) => instruction.OpCode.StackBehaviourPush switch
    {
        StackBehaviour.Push0 => 0,
        StackBehaviour.Push1_push1 => 2,
        StackBehaviour.Varpush => ((IMethodSignature)instruction.Operand).ReturnType.MetadataType == MetadataType.Void ? 0 : 1,
        _ => 1,
    };
}
