// What the start of the agent finds of load balancers on the disk.
using Amphora.Agent.Apply;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Apply;

public sealed class GenerationStoreTests : IDisposable
{
    private const string Id = "22222222-2222-4333-8444-000000000001";

    private readonly DirectoryInfo _base = Directory.CreateTempSubdirectory("amphora-generations-");
    private readonly GenerationStore _store;

    public GenerationStoreTests() =>
        _store = new GenerationStore(new ApplyOptions { BasePath = _base.FullName }, NullLogger<GenerationStore>.Instance);

    public void Dispose() => _base.Delete(recursive: true);

    [Fact]
    public void Temporary_files_of_a_killed_writer_are_gone_after_the_start()
    {
        var leftover = Write(".haproxy.cfg.tmp-Ab3dEf");

        _store.Load();

        Assert.False(File.Exists(leftover));
    }

    [Theory]
    [InlineData("applying")]
    [InlineData(".staging")]
    public void What_is_left_of_a_first_put_is_unfinished(string file)
    {
        Write(file);

        Assert.Equal([Id], _store.Load());
    }

    [Fact]
    public void A_configuration_uploaded_over_api_1_is_nobody_s_unfinished_work()
    {
        Write("haproxy.cfg");

        Assert.Empty(_store.Load());
        Assert.True(_store.IsManagedOverApi1(Id));
        Assert.Equal("1.0", Assert.Single(_store.List()).ManagedBy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"document\":{}}")]
    public void A_generation_file_that_cannot_be_read_takes_nothing_away(string content)
    {
        File.WriteAllText(Write("generation.json"), content);
        var config = Write("haproxy.cfg");

        Assert.Empty(_store.Load());
        Assert.True(File.Exists(config));
        Assert.False(_store.IsManagedOverApi1(Id));
    }

    private string Write(string name)
    {
        var path = Path.Combine(_base.CreateSubdirectory(Id).FullName, name);
        File.WriteAllText(path, "");
        return path;
    }
}
