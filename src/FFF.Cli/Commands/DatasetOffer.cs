using FFF.Cli.Rendering;
using FFF.Datasets;
using Spectre.Console;

namespace FFF.Cli.Commands;

/// <summary>Offers to download a data set that is not there yet, where there is somebody at a terminal to ask.</summary>
internal static class DatasetOffer
{
    /// <summary>Does work that needs data; where they have to be downloaded first and the user agrees, does so and starts the work again.</summary>
    /// <param name="work">Reads data. Must have written nothing by then.</param>
    /// <exception cref="MissingDatasetException">They are not there, and there is nobody to ask, or the answer was no.</exception>
    public static T With<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (MissingDatasetException e) when (CanAsk && Agrees(e))
        {
            var folder = DataFetchCommand.Fetch(e.Dataset, e.Folder);
            Console.Error.WriteLine($"The data set {e.Dataset.Name} is in {Words.Place(folder)}");
        }

        return work();
    }

    private static bool CanAsk => Screen.IsLive && !Console.IsInputRedirected;

    private static bool Agrees(MissingDatasetException missing)
    {
        var folder = Words.Place(missing.Folder ?? missing.Dataset.DefaultFolder);
        var question = $"The data set {missing.Dataset.Name} is not there yet. Download it from {DataFetchCommand.SourceOf(missing.Dataset)} "
            + $"({Words.Bytes(missing.Dataset.Published.Sum(file => file.Bytes))}) to {folder}?";
        return Screen.Error.Prompt(new ConfirmationPrompt(Markup.Escape(question)));
    }
}
