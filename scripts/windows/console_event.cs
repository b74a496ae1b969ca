#:property PublishAot=false
#:property NoWarn=CS1591
// Starts a program in a console of its own, sends it a console event as soon as some files are there, and ends with its exit code:
//   console_event c|break|close FILE,FILE... PROGRAM [ARGUMENT...]
// Or holds files open, as a program does that shares nothing:
//   console_event hold MILLISECONDS FILE...
// Only a program in the same console can send Ctrl+C and Ctrl+Break, and none the closing of the window. Windows delivers
// each of them by a thread that it starts in the program at kernelbase's CtrlRoutine, and so does this one where the system
// does not.
using System.Diagnostics;
using System.Runtime.InteropServices;

const int ProcessAccess = 0x1fffff;
if (args is ["hold", var time, .. var held])
{
    return Hold(int.Parse(time), held);
}

var (name, files, program) = (args[0], args[1].Split(','), args[2]);
var kind = name switch { "c" => 0, "break" => 1, "close" => 2, _ => throw new ArgumentException($"'{name}' is no event: expected c, break or close.") };

if (GetConsoleWindow() == 0 && GetConsoleOutputCP() == 0 && AllocConsole() == 0)
{
    return Complain("there is no console, and none can be made");
}

// This program goes on when the event reaches it too; the one that it starts must not inherit that.
Handler stay = _ => 1;
if (SetConsoleCtrlHandler(stay, 1) == 0)
{
    return Complain("this program cannot ignore the event");
}

using var started = Process.Start(new ProcessStartInfo(program, args[3..]) { UseShellExecute = false })!;
var sent = true;
for (var clock = Stopwatch.StartNew(); !files.All(File.Exists); Thread.Sleep(20))
{
    if (started.HasExited || clock.Elapsed.TotalMinutes > 2)
    {
        return Complain($"the program {(started.HasExited ? $"ended with {started.ExitCode}" : "was too slow")} before {args[1]} was there");
    }
}

if (kind == 2 || GenerateConsoleCtrlEvent((uint)kind, 0) == 0)
{
    Console.Error.WriteLine($"console_event: {name} is sent by a thread at CtrlRoutine{(kind == 2 ? "" : ", as GenerateConsoleCtrlEvent fails")}");
    sent = Deliver(started.Id, kind);
}

if (!sent)
{
    started.Kill();
    return Complain("the event cannot be sent");
}

if (!started.WaitForExit(TimeSpan.FromMinutes(1)))
{
    started.Kill();
    return Complain("the program did not end");
}

GC.KeepAlive(stay);
return started.ExitCode;

// Ten times opens each file in turn without sharing it, for so many milliseconds.
static int Hold(int milliseconds, string[] files)
{
    var opened = 0;
    for (var i = 0; i < 10 * files.Length; i++)
    {
        try
        {
            using var file = new FileStream(files[i % files.Length], FileMode.Open, FileAccess.Read, FileShare.None);
            opened++;
            Thread.Sleep(milliseconds);
        }
        catch (IOException)
        {
            Thread.Sleep(5); // Somebody else reads it.
        }
    }

    Console.Error.WriteLine($"held {opened} times");
    return opened > 0 ? 0 : 1;
}

static int Complain(string problem)
{
    Console.Error.WriteLine($"console_event: {problem} ({Marshal.GetLastPInvokeErrorMessage()})");
    return 100;
}

static bool Deliver(int process, int kind)
{
    var handle = OpenProcess(ProcessAccess, 0, process);
    return handle != 0
        && NativeLibrary.TryLoad("kernelbase.dll", out var library) && NativeLibrary.TryGetExport(library, "CtrlRoutine", out var routine)
        && CreateRemoteThread(handle, 0, 0, routine, kind, 0, out _) != 0;
}

[DllImport("kernel32")] static extern nint GetConsoleWindow();
[DllImport("kernel32")] static extern uint GetConsoleOutputCP();
[DllImport("kernel32", SetLastError = true)] static extern int AllocConsole();
[DllImport("kernel32", SetLastError = true)] static extern int SetConsoleCtrlHandler(Handler handler, int add);
[DllImport("kernel32", SetLastError = true)] static extern int GenerateConsoleCtrlEvent(uint kind, uint group);
[DllImport("kernel32", SetLastError = true)] static extern nint OpenProcess(int access, int inherit, int process);
[DllImport("kernel32", SetLastError = true)] static extern nint CreateRemoteThread(nint process, nint attributes, nuint stack, nint start, nint parameter,
    uint flags, out uint thread);

internal delegate int Handler(uint kind);
