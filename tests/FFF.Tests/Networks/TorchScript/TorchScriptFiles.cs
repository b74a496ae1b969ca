using System.Diagnostics;
using Xunit;

namespace FFF.Tests.Networks.TorchScript;

/// <summary>Modules that PyTorch exported: two that are kept here, and, where Python has PyTorch, many more that it makes now.</summary>
internal static class TorchScriptFiles
{
    private static readonly Lazy<(string? Folder, string Problem)> Fresh = new(Make);

    /// <summary>A scripted perceptron of the widths 2, 16, 16, 2.</summary>
    public static string Encoder => Kept("encoder.pt");

    /// <summary>A traced one.</summary>
    public static string Decoder => Kept("decoder.pt");

    /// <summary>A module that PyTorch makes now; skips the test where it cannot.</summary>
    public static string Made(string name)
    {
        Assert.SkipWhen(Fresh.Value.Folder is null, $"Needs a Python with PyTorch, such as Debian's python3-torch: {Fresh.Value.Problem}");
        return Path.Combine(Fresh.Value.Folder!, name);
    }

    private static string Kept(string name) => Path.Combine(AppContext.BaseDirectory, "Networks", "TorchScript", "Modules", name);

    private static (string? Folder, string Problem) Make()
    {
        var folder = Directory.CreateTempSubdirectory("fff-torchscript-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var problem = "";
        foreach (var python in (string[])["python3", "/usr/bin/python3"])
        {
            try
            {
                var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Networks", "TorchScript", "make_torchscript.py"), folder])
                {
                    RedirectStandardError = true,
                };
                using var process = Process.Start(start)!;
                problem = process.StandardError.ReadToEnd().Trim().Split('\n')[^1];
                process.WaitForExit();
                if (process.ExitCode == 0)
                {
                    return (folder, "");
                }
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                problem = e.Message;
            }
        }

        return (null, problem);
    }
}
