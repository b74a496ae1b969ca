using System.Runtime.CompilerServices;

namespace FFF.Weaving.Samples;

/// <summary>
/// Ways in which the address of an object reaches a native function when nothing else holds the object. They are optimised
/// from the first call on, so that nothing lives longer than it is used.
/// </summary>
public static class Kept
{
    private const MethodImplOptions Optimised = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    [MethodImpl(Optimised)]
    public static void A_parameter() => Parameter(new Owner());

    [MethodImpl(Optimised)]
    public static void A_temporary() => Native.Use(new Owner().Handle);

    [MethodImpl(Optimised)]
    public static void A_variable_that_is_used_again()
    {
        var owner = new Owner();
        var handle = owner.Handle;
        owner = null;
        Native.Use(handle);
        GC.KeepAlive(owner);
    }

    [MethodImpl(Optimised)]
    public static void A_field_of_what_is_gone() => Native.Use(new Holder(new Owner()).Owner.Handle);

    [MethodImpl(Optimised)]
    public static void An_element() => Native.Use(Owners()[0].Handle);

    [MethodImpl(Optimised)]
    public static void A_sequence_computed_on_the_way() => Native.Use(Handles(Enumerable.Range(0, 2).Select(_ => new Owner()))[0]);

    [MethodImpl(Optimised)]
    public static void A_span() => Native.Use(Handles(Span(new Owner()))[0]);

    [MethodImpl(Optimised)]
    public static void A_generic_value() => Generic([new Owner()]);

    [MethodImpl(Optimised)]
    public static void A_choice() => Choice(new Owner());

    [MethodImpl(Optimised)]
    public static void A_loop()
    {
        for (var i = 0; i < 2; i++)
        {
            Native.Use(new Owner().Handle);
            Owner.Reset();
            Native.Use(new Owner().Handle);
        }
    }

    [MethodImpl(Optimised)]
    public static void An_iterator()
    {
        foreach (var _ in Iterate())
        {
        }
    }

    [MethodImpl(Optimised)]
    public static void A_call_that_throws()
    {
        try
        {
            throw Thrown(new Owner().Handle);
        }
        catch (InvalidOperationException)
        {
        }
    }

    [MethodImpl(Optimised)]
    public static void Memory_read_by_managed_code() => Sum(new Owner());

    [MethodImpl(Optimised)]
    public static void A_span_over_native_memory() => Over(new Owner());

    [MethodImpl(Optimised)]
    private static Owner[] Owners() => [new()];

    [MethodImpl(Optimised)]
    private static void Parameter(Owner owner) => Native.Use(owner.Handle);

    [MethodImpl(Optimised)]
    private static void Generic<T>(T[] owners)
        where T : IOwner => Native.Use(owners[0].Handle);

    [MethodImpl(Optimised)]
    private static void Choice(Owner? owner) => Native.Use(owner?.Handle ?? IntPtr.Zero);

    [MethodImpl(Optimised)]
    private static unsafe int Sum(Owner owner)
    {
        var numbers = (int*)owner.Handle;
        Owner.Collect();
        return numbers[0] + numbers[1];
    }

    [MethodImpl(Optimised)]
    private static unsafe int Over(Owner owner)
    {
        var numbers = Numbers(owner);
        Owner.Collect();
        return numbers[0] + numbers[1];
    }

    private static unsafe Span<int> Numbers(Owner owner) => new((int*)owner.Handle, 2);

    private static InvalidOperationException Thrown(nint address)
    {
        Native.Use(address);
        return new();
    }

    private static nint[] Handles(IEnumerable<Owner> owners) => [.. owners.Select(owner => owner.Handle)];

    private static nint[] Handles(ReadOnlySpan<Owner> owners)
    {
        var handles = new nint[owners.Length];
        for (var i = 0; i < handles.Length; i++)
        {
            handles[i] = owners[i].Handle;
        }

        return handles;
    }

    [MethodImpl(Optimised)]
    private static ReadOnlySpan<Owner> Span(Owner owner) => new[] { owner };

    private static IEnumerable<int> Iterate()
    {
        Native.Use(new Owner().Handle);
        yield return 1;
    }

    private sealed record Holder(Owner Owner);
}
