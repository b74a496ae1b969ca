using FFF.Build;
using Mono.Cecil;

// Weaves TorchSharp.dll: FFF.Build INPUT OUTPUT. Errors are in the form that MSBuild shows as such.
if (args is not [var input, var output])
{
    Console.Error.WriteLine("FFF.Build : error FFF0001: expects two files, the TorchSharp.dll to read and the one to write.");
    return 2;
}

try
{
    using var module = ModuleDefinition.ReadModule(input);
    Console.WriteLine($"{Weaver.Weave(module)} methods of {input} keep what they take addresses out of.");

    // A build that is ended here must not leave half a file that looks newer than its inputs.
    Directory.CreateDirectory(Path.GetDirectoryName(output)!);
    var unfinished = output + ".tmp";
    module.Write(unfinished, new WriterParameters { DeterministicMvid = true });
    File.Move(unfinished, output, overwrite: true);
    return 0;
}
catch (WeavingException e)
{
    foreach (var doubt in e.Doubts)
    {
        Console.Error.WriteLine($"{input} : error FFF0002: {doubt}");
    }

    Console.Error.WriteLine($"{input} : error FFF0003: the weaver does not understand this TorchSharp. "
        + "Use the version that FreeFormFlows is built with, or set WovenTorchSharp=false and compute on one thread, with ConcurrentGarbageCollection=false.");
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
{
    Console.Error.WriteLine($"{input} : error FFF0004: cannot be woven to {output}: {e.Message}");
    return 1;
}
