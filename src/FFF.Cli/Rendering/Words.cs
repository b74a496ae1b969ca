using FFF.Configuration;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Cli.Rendering;

/// <summary>Numbers, times and paths as people read them.</summary>
internal static class Words
{
    public static string Count(long number) => NumberText.Count(number);

    /// <summary>So many significant digits.</summary>
    public static string Number(double number, int digits = 4) => NumberText.Number(number, digits);

    /// <summary>So many digits after the point.</summary>
    public static string Fixed(double number, int digits) => NumberText.Fixed(number, digits);

    public static string Percent(double share) => NumberText.Percent(share);

    /// <summary>Such as 3:07 or 1:02:45; with days before where there are any.</summary>
    public static string Duration(TimeSpan time) => NumberText.Duration(time);

    /// <summary>Such as 2,000 samples, observation 3.</summary>
    public static string Samples(long count, int? observation) =>
        $"{NumberText.Counted(count, "sample")}{(observation is { } number ? $", {ObservationList.Words([number])}" : "")}";

    public static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";

    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => $"{Fixed(bytes / 1024.0, 1)} KiB",
        < 1L << 30 => $"{Fixed(bytes / 1048576.0, 1)} MiB",
        _ => $"{Fixed(bytes / 1073741824.0, 1)} GiB",
    };

    /// <summary>The run's name and version.</summary>
    public static string Name(RunFolder folder) => $"{folder.Name}/{folder.Version}";

    /// <summary>A path below the working directory relative to it, any other in full: in both cases one that can be typed again.</summary>
    public static string Place(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
