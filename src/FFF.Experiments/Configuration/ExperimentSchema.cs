using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FFF.Configuration.Binding;

namespace FFF.Configuration;

/// <summary>
/// The JSON Schema of a configuration file, from which editors complete keys and check values while they are typed.
/// Draft 7, the newest that the YAML language server knows in full. Descriptions come from the library's XML
/// documentation; without that file there are none. Rules across several keys are beyond a schema.
/// </summary>
public static class ExperimentSchema
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema as JSON text, always the same for the same version of the program.</summary>
    public static string Create() => Create(typeof(Experiment), "Free-form flow experiment");

    /// <summary>The same for sweeps.</summary>
    public static string CreateForSweeps() => Create(typeof(SweepConfig), "Sweep of free-form flow experiments");

    private static string Create(Type type, string title)
    {
        var definitions = new JsonObject();
        var documentation = new Documentation();
        var root = (RecordShape)ShapeReader.Read(type);
        var whole = new SchemaWriter(definitions, documentation, isPartial: false).Reference(root);
        var partial = new SchemaWriter(definitions, documentation, isPartial: true).Reference(root);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
            // What is laid over another file needs to say only what differs.
            ["if"] = new JsonObject { ["required"] = new JsonArray(FilesKey.Base.Name) },
            ["then"] = partial,
            ["else"] = whole,
            ["definitions"] = definitions,
        };
        return schema.ToJsonString(Layout);
    }
}
