using FFF.Distributed;
using Xunit;

namespace FFF.Tests.Distributed;

public sealed class RankPlaceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("RANK=0 WORLD_SIZE=1 MASTER_ADDR=node1 MASTER_PORT=29500")]
    [InlineData("SLURM_JOB_ID=7 SLURM_PROCID=0 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_JOB_NODELIST=node[1-4]")]
    [InlineData("SLURM_JOB_ID=7 SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=1 SLURM_STEP_NODELIST=node1")]
    [InlineData("SLURM_JOB_ID=7 SLURM_ARRAY_TASK_ID=3 SLURM_PROCID=0 SLURM_LOCALID=0 SLURM_NTASKS=1")]
    public void ARunOfOneProcessStaysOne(string variables) => Assert.Null(RankPlace.FromEnvironment(Read(variables)));

    [Fact]
    public void TorchrunsVariablesTellThePlace()
    {
        var place = RankPlace.FromEnvironment(Read("RANK=5 WORLD_SIZE=8 LOCAL_RANK=1 LOCAL_WORLD_SIZE=4 MASTER_ADDR=node1 MASTER_PORT=29500"))!;
        Assert.Equal((5, 8, 1, 4), (place.Rank, place.Size, place.LocalRank, place.LocalSize));
        Assert.Equal(("node1", 29500, false), (place.Meeting.Host, place.Meeting.Port, place.Meeting.IsHere));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("TORCHELASTIC_USE_AGENT_STORE=True", false)]
    [InlineData("TORCHELASTIC_USE_AGENT_STORE=False", true)]
    public void RankZeroListensUnlessTorchrunDoes(string more, bool listens) =>
        Assert.Equal(listens, RankPlace.FromEnvironment(Read("RANK=0 WORLD_SIZE=2 MASTER_ADDR=a MASTER_PORT=1 " + more))!.Meeting.IsHere);

    [Fact]
    public void AStepOfSlurmTellsThePlace()
    {
        const string Step = "SLURM_JOB_ID=7 SLURM_STEP_ID=2 SLURM_STEP_NUM_TASKS=7 SLURM_STEP_NODELIST=gpu[08-09],big SLURM_STEP_TASKS_PER_NODE=3(x2),1 ";
        var place = RankPlace.FromEnvironment(Read(Step + "SLURM_PROCID=4 SLURM_LOCALID=1 SLURM_NODEID=1"))!;
        Assert.Equal((4, 7, 1, 3), (place.Rank, place.Size, place.LocalRank, place.LocalSize));
        Assert.Equal(("gpu08", false), (place.Meeting.Host, place.Meeting.IsHere));
        var first = RankPlace.FromEnvironment(Read(Step + "SLURM_PROCID=0 SLURM_LOCALID=0 SLURM_NODEID=0"))!;
        Assert.True(first.Meeting.IsHere);
        Assert.Equal(place.Meeting.Port, first.Meeting.Port);
        Assert.InRange(first.Meeting.Port, 20_000, 32_767);
        Assert.Equal(1, RankPlace.FromEnvironment(Read(Step + "SLURM_PROCID=6 SLURM_LOCALID=0 SLURM_NODEID=2"))!.LocalSize);
    }

    [Theory]
    [InlineData("RANK=2 WORLD_SIZE=2 MASTER_ADDR=a MASTER_PORT=1", "RANK", "a whole number from 0 to 1, found '2'")]
    [InlineData("RANK=x WORLD_SIZE=2 MASTER_ADDR=a MASTER_PORT=1", "RANK", "found 'x'")]
    [InlineData("WORLD_SIZE=2 MASTER_ADDR=a MASTER_PORT=1", "RANK", "found nothing")]
    [InlineData("RANK=0 MASTER_ADDR=a MASTER_PORT=1", "WORLD_SIZE", "found nothing")]
    [InlineData("RANK=0 WORLD_SIZE=0 MASTER_ADDR=a MASTER_PORT=1", "WORLD_SIZE", "found '0'")]
    [InlineData("RANK=0 WORLD_SIZE=-2 MASTER_ADDR=a MASTER_PORT=1", "WORLD_SIZE", "found '-2'")]
    [InlineData("RANK=0 WORLD_SIZE=2 MASTER_PORT=1", "MASTER_ADDR", "found nothing")]
    [InlineData("RANK=0 WORLD_SIZE=2 MASTER_ADDR=a", "MASTER_PORT", "found nothing")]
    [InlineData("RANK=0 WORLD_SIZE=2 MASTER_ADDR=a MASTER_PORT=70000", "MASTER_PORT", "found '70000'")]
    [InlineData("RANK=0 WORLD_SIZE=2 LOCAL_RANK=9 MASTER_ADDR=a MASTER_PORT=1", "LOCAL_RANK", "found '9'")]
    [InlineData("SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=2 SLURM_STEP_NODELIST=a", "SLURM_PROCID", "found '2'")]
    public void WrongValuesAreNamed(string variables, string name, string found)
    {
        var message = Assert.Throws<ProcessGroupException>(() => RankPlace.FromEnvironment(Read(variables))).Message;
        Assert.Contains($"variable {name} ", message, StringComparison.Ordinal);
        Assert.Contains(found, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 8, 2)]
    [InlineData("OMP_NUM_THREADS=3", 8, null)]
    [InlineData("SLURM_CPUS_PER_TASK=3", 8, 3)]
    [InlineData("SLURM_CPUS_ON_NODE=16", 4, 4)]
    [InlineData("", 2, 1)]
    public void TheProcessesOfAMachineShareItsCores(string variables, int cores, int? threads) =>
        Assert.Equal(threads, new RankPlace(0, 4, 0, 4, new MeetingPlace()).Threads(Read(variables), cores));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a1,b", "a1 b")]
    [InlineData("gpu[01-03,7],login", "gpu01 gpu02 gpu03 gpu7 login")]
    [InlineData("r[1-2]n[1-2]", "r1n1 r1n2 r2n1 r2n2")]
    [InlineData("x[098-101]y", "x098y x099y x100y x101y")]
    public void NodesOfSlurmAreNamedOneByOne(string list, string nodes) => Assert.Equal(nodes.Split(' '), SlurmNodes.Expand(list));

    private static Func<string, string?> Read(string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=')).ToDictionary(e => e[0], e => e[1]);
        return name => values.GetValueOrDefault(name);
    }
}
