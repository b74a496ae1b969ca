namespace FFF.Weaving.Samples;

/// <summary>Addresses that outlive the method that takes them out of an object, where nobody else has that object.</summary>
public sealed class Refused
{
    private nint _address;

    public static nint Returned() => new Owner().Handle;

    public static void Collected_in_a_loop()
    {
        var handles = new nint[2];
        for (var i = 0; i < 2; i++)
        {
            handles[i] = new Owner().Handle;
        }

        Array.ForEach(handles, Native.Use);
    }

    public static void Made_by_a_function() => Array.ForEach([.. Enumerable.Range(0, 2).Select(_ => new Owner().Handle)], Native.Use);

    public static long Counted() => new Owner().Handle;

    public void Stored() => _address = new Owner().Handle;

    public void Used() => Native.Use(_address);
}
