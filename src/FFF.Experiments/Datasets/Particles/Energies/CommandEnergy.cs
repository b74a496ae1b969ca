using System.ComponentModel.DataAnnotations;
using FFF.Datasets.Particles.Energies;
using FFF.Formats;
using FFF.Options;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<EnergyConfig, CommandEnergy>("command", Order = 2)]

namespace FFF.Datasets.Particles.Energies;

/// <summary>
/// An energy that a program of one's own computes, such as a force field: it is given positions as a .npy file and writes their energies as another. Samples
/// are reweighted by it; the entropy limit is not known, as chains need forces.
/// </summary>
public sealed record CommandEnergy : EnergyConfig, IValidated
{
    private const string PositionsWord = "{positions}";
    private const string EnergiesWord = "{energies}";

    /// <summary>
    /// The command, such as python energy.py {positions} {energies}, run by the shell in the working directory: {positions} stands for a .npy file,
    /// [N, particles, dimensions], float64, and {energies} for the one that it has to write, [N].
    /// </summary>
    [MinLength(1)]
    public required string Command { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        new(() => Command.Contains(PositionsWord, StringComparison.Ordinal) && Command.Contains(EnergiesWord, StringComparison.Ordinal)
            ? null
            : $"expected {PositionsWord} and {EnergiesWord} in the command, which stand for the files that it reads and writes", nameof(Command)),
    ];

    /// <inheritdoc/>
    public override IEnergy Of(MeanFreePositions shape) => new Computed(this, shape);

    private sealed class Computed(CommandEnergy config, MeanFreePositions shape) : IEnergy
    {
        public string Name => $"'{config.Command}'";

        public MeanFreePositions Shape => shape;

        public Tensor Energy(Tensor x)
        {
            using var scope = NewDisposeScope();
            var count = x.shape[0];
            return OwnCommand.Exchange(
                config.Command, new(PositionsWord, "positions.npy"), new(EnergiesWord, "energies.npy"),
                path => Npy.Write(path, x.cpu().to(float64).reshape(count, shape.Particles, shape.Dimensions)),
                path => (Read(path, count) / config.Temperature).to(x.dtype).to(x.device).MoveToOuterDisposeScope(), CancellationToken.None);
        }

        private Tensor Read(string path, long count)
        {
            var energies = Npy.Read(path).to(float64);
            return energies.numel() == count
                ? energies.reshape(count)
                : throw new DatasetException($"The command of data.energy, '{config.Command}', wrote energies of shape ({string.Join(", ", energies.shape)}) "
                    + $"for {count} systems: one number for each is needed.");
        }
    }
}
