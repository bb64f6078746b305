// TuneD's file of active profiles.
using Amphora.Agent.Actions;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Actions;

public sealed class TunedProfilesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public void The_first_1024_characters_count_without_the_end_of_the_line()
    {
        Assert.Equal("virtual-guest amphora", TunedProfiles.Read(_folder.Write("short", "virtual-guest amphora\n")));
        Assert.Equal(new string('a', 1024), TunedProfiles.Read(_folder.Write("long", new string('a', 2000))));
        Assert.Equal("", TunedProfiles.Read(_folder["absent"]));
    }

    public void Dispose() => _folder.Dispose();
}
