using FFF.Cli.Rendering;
using FFF.Devices;
using static TorchSharp.torch;

namespace FFF.Cli.Parsing;

/// <summary>Devices for commands that have no log: what was chosen goes to stderr.</summary>
internal static class DeviceChoices
{
    /// <summary>A request that is answered on stderr, where auto had a choice.</summary>
    public static DeviceRequest Request(string asked) => new(asked)
    {
        Say = choice =>
        {
            if (choice.IsOpen)
            {
                Console.Error.WriteLine(choice);
            }
        },
        Warn = Screen.Warn,
    };

    /// <summary>The device for work that has no network to judge by, such as Markov chains and classifiers.</summary>
    public static Device ForManySmallOperations(string asked) => ComputeDevice.Choose(Request(asked), null);
}
