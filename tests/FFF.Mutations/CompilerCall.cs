using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FFF.Mutations;

/// <summary>How the build calls the compiler for a project, with its references, source generators and resources.</summary>
internal sealed class CompilerCall
{
    private readonly CSharpCommandLineArguments _arguments;

    private CompilerCall(CSharpCommandLineArguments arguments) => _arguments = arguments;

    /// <summary>The file name of the library.</summary>
    public string Library => _arguments.OutputFileName!;

    /// <summary>Asks MSBuild, which does not build.</summary>
    /// <param name="project">The project's folder. It has been built.</param>
    public static CompilerCall Of(string project)
    {
        // Without a file that never exists, the compiler would be left out as up to date, and its call too.
        var answer = Run.Capture("dotnet", project, "msbuild", "-nodeReuse:false", "-t:PrepareResources;Compile", "-p:Configuration=Release",
            "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true", "-p:BuildProjectReferences=false",
            "-p:NonExistentFile=__none__", "-getItem:CscCommandLineArgs");
        using var json = JsonDocument.Parse(answer);
        var words = json.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!);
        return new(CSharpCommandLineParser.Default.Parse(words, project, sdkDirectory: null));
    }

    /// <summary>The library's sources, generated ones included, without the checks of style that the build makes.</summary>
    public CSharpCompilation Compilation()
    {
        var trees = _arguments.SourceFiles.Select(file =>
            CSharpSyntaxTree.ParseText(File.ReadAllText(file.Path), _arguments.ParseOptions, file.Path, System.Text.Encoding.UTF8));
        var references = _arguments.MetadataReferences.Select(reference => MetadataReference.CreateFromFile(reference.Reference, reference.Properties));
        var options = _arguments.CompilationOptions.WithGeneralDiagnosticOption(ReportDiagnostic.Default).WithSpecificDiagnosticOptions([]);
        var compilation = CSharpCompilation.Create(_arguments.CompilationName, trees, references, options);

        var loader = new FromFile();
        var generators = _arguments.AnalyzerReferences
            .Where(reference => reference.FilePath.Contains("Microsoft.NETCore.App.Ref", StringComparison.Ordinal))
            .SelectMany(reference => new AnalyzerFileReference(reference.FilePath, loader).GetGenerators(LanguageNames.CSharp));
        CSharpGeneratorDriver.Create(generators, parseOptions: _arguments.ParseOptions).RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _);
        return (CSharpCompilation)whole;
    }

    /// <summary>Writes the library; what does not compile is answered, and then nothing was written.</summary>
    public IReadOnlyList<Diagnostic> Write(CSharpCompilation compilation, string path)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image, manifestResources: _arguments.ManifestResources);
        if (result.Success)
        {
            File.Delete(path);
            File.WriteAllBytes(path, image.ToArray());
        }

        return [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
    }

    private sealed class FromFile : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public System.Reflection.Assembly LoadFromPath(string fullPath) => System.Reflection.Assembly.LoadFrom(fullPath);
    }
}
