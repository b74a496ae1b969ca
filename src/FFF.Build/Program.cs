using FFF.Build;
using Mono.Cecil;

// Weaves TorchSharp.dll: FFF.Build INPUT OUTPUT. Errors are in the form that MSBuild shows as such.
if (args is not [var input, var output])
{
    Console.Error.WriteLine("FFF.Build : error FFF0001: expects two files, the TorchSharp.dll to read and the one to write.");
    return 2;
}

using var module = ModuleDefinition.ReadModule(input);
try
{
    Console.WriteLine($"{Weaver.Weave(module)} methods of {input} keep what they take addresses out of.");
}
catch (WeavingException e)
{
    foreach (var doubt in e.Doubts)
    {
        Console.Error.WriteLine($"{input} : error FFF0002: {doubt}");
    }

    Console.Error.WriteLine($"{input} : error FFF0003: this TorchSharp is not one that the weaver understands. Use 0.107, or set WovenTorchSharp=false and compute on one thread without concurrent garbage collection.");
    return 1;
}

// A build that is ended here must not leave half a file that looks newer than its inputs.
Directory.CreateDirectory(Path.GetDirectoryName(output)!);
var unfinished = output + ".tmp";
module.Write(unfinished, new WriterParameters { DeterministicMvid = true });
File.Move(unfinished, output, overwrite: true);
return 0;
