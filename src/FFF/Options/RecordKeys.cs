using System.Text.Json.Serialization.Metadata;

namespace FFF.Options;

/// <summary>What of a record is its keys, where it is written as JSON.</summary>
internal static class RecordKeys
{
    /// <summary>Leaves out what a record computes: it is no key, and its type need not be one that can be written, as a tensor cannot.</summary>
    /// <param name="type">The record, or any other type.</param>
    public static void Only(JsonTypeInfo type)
    {
        for (var place = type.Kind == JsonTypeInfoKind.Object ? type.Properties.Count - 1 : -1; place >= 0; place--)
        {
            if (type.Properties[place].Set is null)
            {
                type.Properties.RemoveAt(place);
            }
        }
    }
}
