using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

public sealed class GitCommitTests : IDisposable
{
    private static readonly string First = new('1', 40);
    private static readonly string Second = new('2', 40);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }

    [Fact]
    public void ReadsABranch()
    {
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Write(".git/refs/heads/main", First + "\n");
        Write(".git/packed-refs", $"# pack-refs with: peeled\n{Second} refs/heads/main\n");
        Directory.CreateDirectory(_folder["src/deep"]);

        Assert.Equal(First, GitCommit.Of(_folder.Path));
        Assert.Equal(First, GitCommit.Of(_folder["src/deep"]));
    }

    [Fact]
    public void ReadsPackedBranchesAndDetachedHeads()
    {
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Write(".git/packed-refs", $"# pack-refs with: peeled\n{First} refs/heads/not/refs/heads/main2\n{Second} refs/heads/main\n^{First}\n");
        Assert.Equal(Second, GitCommit.Of(_folder.Path));

        Write(".git/HEAD", First + "\n");
        Assert.Equal(First, GitCommit.Of(_folder.Path));
    }

    [Fact]
    public void ReadsLinkedWorkingTrees()
    {
        Write("main/.git/refs/heads/side", Second + "\n");
        Write("main/.git/worktrees/side/HEAD", "ref: refs/heads/side\n");
        Write("main/.git/worktrees/side/commondir", "../..\n");
        Write("side/.git", $"gitdir: {_folder["main/.git/worktrees/side"]}\n");

        Assert.Equal(Second, GitCommit.Of(_folder["side"]));
    }

    [Theory]
    [InlineData("ref: refs/heads/unborn")]
    [InlineData("")]
    [InlineData("not a hash")]
    [InlineData("ref: \0")]
    public void KnowsNoCommitWhereThereIsNone(string head)
    {
        Write(".git/HEAD", head);

        Assert.Null(GitCommit.Of(_folder.Path));
    }

    [Fact]
    public void KnowsNoCommitInADamagedRepository()
    {
        Directory.CreateDirectory(_folder[".git"]);

        Assert.Null(GitCommit.Of(_folder.Path));
    }
}
