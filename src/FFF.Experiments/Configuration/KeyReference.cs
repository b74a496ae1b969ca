using System.Text;
using FFF.Configuration.Binding;

namespace FFF.Configuration;

/// <summary>
/// Every key of experiments and sweeps as a page of Markdown: what it holds, its default and its meaning. Made of the same shapes
/// and XML documentation as <see cref="ExperimentSchema"/>; without the documentation's file there are no meanings.
/// </summary>
internal static class KeyReference
{
    /// <summary>The page, always the same for the same version of the program.</summary>
    public static string Create()
    {
        var page = new StringBuilder("""
            # Keys

            What `fff reference keys` prints: every key of an experiment and of a sweep. `fff config schema` has the same for editors.
            Keys are written as YAML; on the command line the path of a key is `training.optimizer.learning_rate=1e-3`. The word
            *required* stands where there is no default, *none* where the key may be left out or be `null`, *by the data* where these decide, also
            whether there is such a thing. In key paths `flow` and `objective` are short for `method.flow` and `method.objective`.


            """);
        var documentation = new Documentation();
        KeyReferenceWriter.Write(page, documentation, (RecordShape)ShapeReader.Read(typeof(Experiment)), "Experiment");
        KeyReferenceWriter.Write(page, documentation, (RecordShape)ShapeReader.Read(typeof(SweepConfig)), "Sweep");
        return page.ToString().TrimEnd() + "\n";
    }
}
