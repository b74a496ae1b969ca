using System.Text;
using ICSharpCode.SharpZipLib.BZip2;
using ICSharpCode.SharpZipLib.Tar;

namespace FFF.Tests.Datasets.Molecules;

/// <summary>Files as QM9 has them.</summary>
internal static class Qm9Text
{
    /// <summary>The name of a molecule's file.</summary>
    public static string FileName(int number) => $"dsgdb9nsd_{number:D6}.xyz";

    /// <summary>Writes files into an archive.</summary>
    public static void WriteArchive(string path, IEnumerable<(string Name, string Text)> files)
    {
        using var tar = new TarOutputStream(new BZip2OutputStream(File.Create(path)), null);
        foreach (var (name, text) in files)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var entry = TarEntry.CreateTarEntry(name);
            entry.Size = bytes.Length;
            entry.ModTime = DateTime.UnixEpoch;
            tar.PutNextEntry(entry);
            tar.Write(bytes);
            tar.CloseEntry();
        }
    }

    /// <summary>A list as long as the published one, of other molecules: every 43rd.</summary>
    public static string List(int count = 3054) => string.Concat(Enumerable.Range(1, count).Select(i => $"{43 * i,8} C C C 1.5\n"));

    /// <summary>Methane, the first molecule.</summary>
    public static string Frame(int number, string exponent = "0.0019761204") =>
        $"""
        5
        gdb {number}	157.7118	157.70997	157.70699	0.	13.21	-0.3877	0.1171	0.5048	35.3641	0.044749	-40.47893	-40.476062	-40.475117	-40.498597	6.469	
        C	-0.0126981359	 1.0858041578	 0.0080009958	-0.535689
        H	 0.002150416	-0.0060313176	 {exponent}	 0.133921
        H	 1.0117308433	 1.4637511618	 0.0002765748	 0.133922
        H	-0.540815069	 1.4475266138	-0.8766437152	 1.5*^-6
        H	-0.5238136345	 1.4379326443	 0.9063972942	 0.133923
        1341.307	1341.3284	1341.365	1562.6731	1562.7453	3038.3205	3151.6034	3151.6788	3151.7078
        C	C	
        InChI=1S/CH4/h1H4	InChI=1S/CH4/h1H4

        """;
}
