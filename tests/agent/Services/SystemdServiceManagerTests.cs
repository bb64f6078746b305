// HAProxy as a unit of a real systemd.
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Fixtures;
using Amphora.Fixtures.Systemd;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Processes;
using Amphora.Linux.SdBus;
using Amphora.Templates.Language;
using Xunit;

namespace Amphora.Agent.Tests.Services;

public sealed class SystemdServiceManagerTests : IAsyncLifetime
{
    private const string Name = HaproxyService.Name;

    private readonly HaproxyService _haproxy = new();
    private UserSystemd _systemd = null!;
    private SystemdServiceManager _manager = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string UnitFile => Path.Combine(_systemd.Units, Name);

    // Resource limits need the host's systemd; a user's may not raise them.
    private ServiceUnit Unit => _haproxy.Unit with { OpenFiles = null };

    public async ValueTask InitializeAsync()
    {
        _systemd = await UserSystemd.StartAsync(Cancellation);
        var options = new ServicesOptions
        {
            UnitDirectory = _systemd.Units,
            BusAddress = _systemd.BusAddress,
            Timeouts = new ServiceTimeouts { Start = TimeSpan.FromSeconds(20) },
        };
        _manager = new SystemdServiceManager(options, TemplateSet.Load(null), new SystemdBus(options.BusAddress, options.Timeouts.Call));
    }

    public async ValueTask DisposeAsync()
    {
        await _manager.DisposeAsync();
        await _systemd.DisposeAsync();
        await _haproxy.DisposeAsync();
    }

    [Fact]
    public async Task A_started_unit_answers_at_once_and_installing_it_again_touches_nothing()
    {
        await StartAsync(Unit);
        var answer = await _haproxy.AskAsync(Cancellation);
        var written = File.GetLastWriteTimeUtc(UnitFile);
        HaproxyService.AssertDone(await _manager.InstallAsync(Unit, Cancellation));
        HaproxyService.AssertDone(await _manager.StartAsync(Name, Cancellation));

        Assert.Equal("one", answer);
        Assert.Equal(written, File.GetLastWriteTimeUtc(UnitFile));
        var state = await StateAsync();
        Assert.Equal(new ServiceState(true, true, "running", state.MainPid), state);
        Assert.Equal($"{state.MainPid}", (await File.ReadAllTextAsync(_haproxy.PidFile, Cancellation)).Trim());
    }

    [Fact]
    public async Task The_answer_to_a_reload_means_that_the_new_configuration_serves()
    {
        await StartAsync(Unit);
        var pid = (await StateAsync()).MainPid;

        var after = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            _haproxy.Configure($"answer-{i}");
            HaproxyService.AssertDone(await _manager.ReloadAsync(Name, Cancellation));
            after.Add(await _haproxy.AskAsync(Cancellation));
        }

        Assert.Equal(["answer-0", "answer-1", "answer-2", "answer-3", "answer-4"], after);
        Assert.Equal(pid, (await StateAsync()).MainPid);
    }

    [Fact]
    public async Task A_refused_configuration_fails_the_reload_and_the_earlier_one_serves_on()
    {
        await StartAsync(Unit);
        await File.AppendAllTextAsync(_haproxy.Config, "    no-such-keyword\n", Cancellation);

        var failure = await _manager.ReloadAsync(Name, Cancellation);

        Assert.Equal("systemd", failure?.Tool);
        Assert.Contains("cannot reload", failure?.Message, StringComparison.Ordinal);
        Assert.Equal("one", await _haproxy.AskAsync(Cancellation));
        Assert.True((await StateAsync()).Active);
    }

    [Fact]
    public async Task A_failed_start_says_why_and_is_not_tried_again()
    {
        await File.WriteAllTextAsync(_haproxy.Config, "no-such-section\n", Cancellation);
        HaproxyService.AssertDone(await _manager.InstallAsync(Unit, Cancellation));

        var failure = await _manager.StartAsync(Name, Cancellation);

        Assert.Contains("exit-code", failure?.Message, StringComparison.Ordinal);
        Assert.Equal(new ServiceState(true, false, "dead", null), await StateAsync());
    }

    [Fact]
    public async Task A_killed_unit_is_started_again()
    {
        await StartAsync(Unit);
        var pid = (await StateAsync()).MainPid;

        await Tool.RunAsync(["kill", "-KILL", $"{pid}"], new ToolOptions { TimeLimit = TimeSpan.FromSeconds(10) }, Cancellation);

        await Until.TrueAsync(
            "it runs again",
            TimeSpan.FromSeconds(20),
            async () => await StateAsync() is { Active: true, MainPid: { } now } && now != pid && await _haproxy.AnswersAsync(Cancellation),
            Cancellation);
    }

    [Fact]
    public async Task A_removed_unit_leaves_neither_process_nor_file_nor_link()
    {
        await StartAsync(Unit);
        var links = Links();

        HaproxyService.AssertDone(await _manager.RemoveAsync(Name, Cancellation));
        HaproxyService.AssertDone(await _manager.RemoveAsync(Name, Cancellation));

        Assert.Equal(1, links);
        Assert.Equal(0, Links());
        Assert.False(File.Exists(UnitFile));
        Assert.Equal(ServiceState.Absent, await StateAsync());
        Assert.False(await _haproxy.AnswersAsync(Cancellation));
    }

    [Theory]
    [InlineData("keepalived")]
    [InlineData("keepalivedlvs")]
    public async Task A_program_without_notifications_gets_its_arguments_as_they_are_and_is_ready_when_its_pid_file_names_it(string template)
    {
        const string Words = "a b%h$HOME ${HOME};\"'\\ü -x";
        var output = _haproxy.Config + ".out";
        const string Script = "sleep 0.3; printf %s \"$1\" >\"$2\"; echo $$ >\"$3\"; exec sleep 100";
        var unit = Unit with
        {
            Template = template,
            Command = ["/bin/sh", "-c", Script, "sh", Words, output, _haproxy.PidFile],
            CheckCommand = [],
            Notify = false,
            ReloadSignal = 18,
        };

        await StartAsync(unit);
        HaproxyService.AssertDone(await _manager.ReloadAsync(Name, Cancellation));

        Assert.Equal(Words, await File.ReadAllTextAsync(output, Cancellation));
        Assert.Equal($"{(await StateAsync()).MainPid}\n", await File.ReadAllTextAsync(_haproxy.PidFile, Cancellation));
        HaproxyService.AssertDone(await _manager.StopAsync(Name, Cancellation));
        Assert.Equal("dead", (await StateAsync()).Detail);
    }

    [Fact]
    public void A_unit_file_has_the_keys_of_the_appliance()
    {
        var unit = _haproxy.Unit with { Name = "haproxy-1.service", NetworkNamespace = "amphora-haproxy", Command = ["/usr/sbin/haproxy", "-Ws", "-L", "a$b c"] };

        var text = ServiceUnitFile.Render(TemplateSet.Load(null), unit, new ServiceTimeouts()).Value;

        var lines = text.Split('\n');
        string[] expected =
        [
            "[Unit]", "[Service]", "[Install]",
            "Type=notify", "Restart=always", "KillMode=mixed", "LimitNOFILE=4096", "WantedBy=multi-user.target",
            "Before=octavia-keepalived.service",
            $"NetworkNamespacePath={NetworkNamespace.PathOf("amphora-haproxy")}",
            @"ExecStart=/usr/sbin/haproxy -Ws -L a$$b\x20c",
            $"ExecStartPre=/usr/sbin/haproxy -c -f {_haproxy.Config} -L peer",
            "ExecReload=/bin/kill -USR2 $MAINPID",
        ];
        Assert.All(expected, line => Assert.Contains(line, lines));
    }

    [Theory]
    [InlineData("/usr/sbin/haproxy", "two\nExecStartPre=/bin/evil")]
    [InlineData("-/usr/sbin/haproxy", "x")]
    [InlineData("haproxy", "x")]
    public void What_a_unit_file_cannot_carry_is_refused(string program, string argument)
    {
        var unit = Unit with { Command = [program, argument] };

        var text = ServiceUnitFile.Render(TemplateSet.Load(null), unit, new ServiceTimeouts());

        Assert.False(text.Ok);
        Assert.Contains(Name, text.Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_systemd_that_is_not_there_is_a_failure()
    {
        var options = new ServicesOptions { UnitDirectory = _systemd.Units, BusAddress = "unix:path=/no/such/bus" };
        await using var nobody = new SystemdServiceManager(options, TemplateSet.Load(null), new SystemdBus(options.BusAddress, options.Timeouts.Call));

        var failure = await nobody.StartAsync(Name, Cancellation);

        Assert.Equal("systemd", failure?.Tool);
        Assert.Contains("/no/such/bus", failure?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Systemd", true)]
    [InlineData("ChildProcesses", false)]
    public void The_option_decides_without_looking(string kind, bool systemd)
    {
        var options = new ServicesOptions { Manager = Enum.Parse<ServiceManagerKind>(kind), BusAddress = "unix:path=/no/such/bus" };

        Assert.Equal(systemd, ServiceManagerChoice.IsSystemd(options));
    }

    [Fact]
    public void Without_an_answer_from_systemd_children_are_chosen()
    {
        var options = new ServicesOptions { BusAddress = "unix:path=/no/such/bus" };

        Assert.False(ServiceManagerChoice.IsSystemd(options));
        Assert.True(SystemdBus.Answers(_systemd.BusAddress, options.Timeouts.Call));
    }

    private async Task StartAsync(ServiceUnit unit)
    {
        HaproxyService.AssertDone(await _manager.InstallAsync(unit, Cancellation));
        var failure = await _manager.StartAsync(Name, Cancellation);
        Assert.True(failure is null, $"{failure?.Message}\n{failure?.Output}\n{_systemd.Log}");
    }

    private async Task<ServiceState> StateAsync() => (await _manager.ReadAsync(Name, Cancellation)).Value;

    private int Links() => Directory.GetFileSystemEntries(Path.GetDirectoryName(_systemd.Units)!, Name, SearchOption.AllDirectories)
        .Count(path => path.Contains(".wants", StringComparison.Ordinal));
}
