namespace FFF.Configuration.Binding;

/// <summary>A record some of whose values follow from others where they are left out.</summary>
internal interface IResolved
{
    /// <summary>The same record with these values; asked only where nothing is wrong with it.</summary>
    object Resolve();
}
