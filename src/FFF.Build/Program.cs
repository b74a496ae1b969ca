using FFF.Build;
using Mono.Cecil;

// Weaves TorchSharp.dll: FFF.Build INPUT OUTPUT. Errors are in the form that MSBuild shows as such.
if (args is not [var input, var output])
{
    Console.Error.WriteLine("FFF.Build : error FFF0001: expects two files, the TorchSharp.dll to read and the one to write.");
    return 2;
}

using var module = ModuleDefinition.ReadModule(input);
Console.WriteLine(Weaver.Weave(module));
Directory.CreateDirectory(Path.GetDirectoryName(output)!);

// A build that is ended here must not leave half a file that looks newer than its inputs.
var unfinished = output + ".tmp";
module.Write(unfinished, new WriterParameters { DeterministicMvid = true });
File.Move(unfinished, output, overwrite: true);
return 0;
