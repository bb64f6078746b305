// Figures of /proc as GET /1.0/details gives them: agent-api §3.
using Amphora.Agent.Actions;
using Amphora.Agent.OctaviaApi.Inventory;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class HostFiguresTests
{
    private const string Stat = "cpu  100 2 30 4000 5 6 7 8 9 10\ncpu0 50 1 15 2000 2 3 3 4 4 5\ncpu1 50 1 15 2000 3 3 4 4 5 5\nintr 12345 0\nctxt 99\n";

    [Fact]
    public void Cpu_is_the_sum_of_the_first_line_and_three_columns_as_text() =>
        Assert.Equal(new CpuTimes(4177, "100", "30", "7"), HostFigures.ParseCpu(Stat));

    [Fact]
    public void Cpus_are_the_numbered_lines() => Assert.Equal(2, HostFigures.CountCpus(Stat));

    [Theory]
    [InlineData("")]
    [InlineData("cpu")]
    [InlineData("intr 1 2 3")]
    public void A_stat_without_cpu_is_zero(string stat) => Assert.Equal(new CpuTimes(0, "0", "0", "0"), HostFigures.ParseCpu(stat));

    [Fact]
    public void Memory_is_named_as_upstream_names_it()
    {
        var memory = HostFigures.ParseMemory("""
            MemTotal:       16000 kB
            MemFree:         8000 kB
            MemAvailable:    9999 kB
            Buffers:          100 kB
            Cached:           200 kB
            SwapCached:        11 kB
            Shmem:             22 kB
            Slab:              33 kB
            HugePages_Total:    0
            """);

        Assert.Equal(
            new MemoryFigures { Total = 16000, Free = 8000, Buffers = 100, Cached = 200, SwapUsed = 11, Shared = 22, Slab = 33 }, memory);
    }

    [Fact]
    public void Load_is_three_words() => Assert.Equal(["0.10", "1.20", "11.30"], HostFigures.ParseLoad("0.10 1.20 11.30 2/345 6789\n"));

    [Theory]
    [InlineData("2.6.12-1+deb12u4", "2.6.12-1+deb12u4")]
    [InlineData("1:2.6.12-1", "2.6.12-1")]
    public void The_version_of_haproxy_has_no_epoch(string version, string expected) => Assert.Equal(expected, PackageVersionReader.WithoutEpoch(version));

    [Theory]
    [InlineData("HAProxy version 2.6.12-1+deb12u1 2023/12/16 - https://haproxy.org/", "2.6.12")]
    [InlineData("Keepalived v2.2.7 (01/16,2022)", "2.2.7")]
    [InlineData("ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)", "1.31")]
    [InlineData("Can't initialize ipvs: Protocol not available", null)]
    public void A_program_says_its_version_itself_where_no_package_manager_does(string output, string? expected) =>
        Assert.Equal(expected, ProgramVersionReader.Parse(output));
}
