using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>A bar on stderr that is redrawn in place, with lines of details below; it goes away when the work is done.</summary>
/// <remarks>
/// The cursor is hidden meanwhile: an <see cref="Interruption"/> must be there to show it when the program is ended. The
/// bar is drawn by the thread that works: TorchSharp frees numbers that it passes to libtorch as soon as a garbage
/// collection finds them, and one that another thread starts could find them while libtorch still reads them.
/// </remarks>
internal sealed class LiveBar
{
    private ProgressContext? _context;
    private ProgressTask? _task;
    private string _remaining = "";
    private string[] _details = [];

    /// <summary>Shows the bar during the work.</summary>
    public T Show<T>(string title, Func<T> work)
    {
        return new Progress(Screen.Error) { AutoClear = true, AutoRefresh = false, ExcludeVerticalPadding = true }
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(),
                new RemainingColumn(this))
            .UseRenderHook((bar, _) => new Rows([bar, .. _details.Select(Line)]))
            .Start(context =>
            {
                _context = context;
                _task = context.AddTask(Markup.Escape(title), maxValue: 1);
                return work();
            });
    }

    /// <summary>Moves the bar.</summary>
    /// <param name="title">What stands before it.</param>
    /// <param name="share">The share that is done, from 0 to 1.</param>
    /// <param name="remaining">What stands behind it.</param>
    /// <param name="details">The lines below.</param>
    public void Update(string title, double share, string remaining, params string[] details)
    {
        (_remaining, _details) = (remaining, details);
        if (_task is { } task)
        {
            task.Description = Markup.Escape(title);
            task.Value = Math.Min(share, 0.9999); // A full bar would be taken for done.
            _context!.Refresh();
        }
    }

    /// <summary>A line that is broken would make the bar jump: too long ones are cut.</summary>
    private static Text Line(string text)
    {
        var width = Screen.Error.Profile.Width;
        return new Text(text.Length <= width ? text : text[..Math.Max(0, width - 1)] + "…");
    }

    private static int BarWidth => Math.Clamp(Screen.Error.Profile.Width - 45, 5, 60);

    private sealed class RemainingColumn(LiveBar bar) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(bar._remaining);
    }
}
