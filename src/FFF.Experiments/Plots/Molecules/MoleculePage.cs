using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Spaces;

namespace FFF.Plots.Molecules;

/// <summary>A page of molecules that can be turned: one HTML file, which needs no network.</summary>
/// <remarks>It shows them by 3Dmol.js, which is embedded in the library; its origin and licence are in the folder <c>Viewer</c>.</remarks>
internal static class MoleculePage
{
    private const string Folder = "FFF.Plots.Molecules.Viewer.";

    /// <summary>Writes the page.</summary>
    /// <param name="molecules">What is shown; the bonds are inferred.</param>
    /// <param name="title">What the page is called.</param>
    /// <param name="path">Where it goes.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">A molecule is too large for <see cref="SdfFile"/>, in which it is given to the viewer.</exception>
    public static void Save(IEnumerable<Molecule> molecules, string title, string path)
    {
        MoleculeOnPage[] shown = [.. molecules.Select(MoleculePicture.Of).Select(picture => new MoleculeOnPage(
            picture.Formula, picture.Note, picture.Stability.IsStable, picture.Molecule.Comment, SdfFile.Text(new(picture.Molecule, picture.Graph.Bonds))))];

        // The serialiser writes < as \u003C, so no text of a molecule can end the script.
        var page = Resource("page.html")
            .Replace("{{viewer}}", Resource("3Dmol-min.js"), StringComparison.Ordinal)
            .Replace("{{title}}", WebUtility.HtmlEncode(title), StringComparison.Ordinal)
            .Replace("{{molecules}}", JsonSerializer.Serialize(shown, MoleculePageJson.Default.MoleculeOnPageArray), StringComparison.Ordinal);
        AtomicFile.WriteText(path, page);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(MoleculePage).Assembly.GetManifestResourceStream(Folder + name)!);
        return reader.ReadToEnd();
    }
}

/// <summary>A molecule as the page's script takes it.</summary>
internal sealed record MoleculeOnPage(string Formula, string Note, bool Stable, string Comment, string Sdf);

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MoleculeOnPage[]))]
internal sealed partial class MoleculePageJson : JsonSerializerContext;
