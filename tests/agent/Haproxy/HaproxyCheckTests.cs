// haproxy -c before anything is renamed, with the real program.
using Amphora.Agent.Haproxy;
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class HaproxyCheckTests : IDisposable
{
    private readonly HaproxyHost _host = new();

    [Fact]
    public async Task A_good_configuration_passes_and_leaves_nothing_behind()
    {
        var check = new HaproxyCheck(_host.Options);
        File.WriteAllText(_host.Options.UserGroupFile, "global\n    group nogroup\n");
        var before = _host.Everything();

        var outcome = await check.RunAsync(_host.Wanted(_host.HttpConfig(8080, "m 10.0.0.1:80")), TestContext.Current.CancellationToken);

        Assert.True(outcome.Ok, outcome.Failure?.Output);
        Assert.True(outcome.Value.Duration > TimeSpan.Zero);
        Assert.Equal(before, _host.Everything());
    }

    [Fact]
    public async Task A_refusal_has_HAProxys_words_with_the_real_path_and_touches_no_file()
    {
        var check = new HaproxyCheck(_host.Options);
        Directory.CreateDirectory(_host.Paths.Directory);
        File.WriteAllText(_host.Paths.Config, "the configuration in force");
        File.WriteAllText(_host.Options.UserGroupFile, "global\n    group nogroup\n");
        var before = _host.Everything();

        var outcome = await check.RunAsync(
            _host.Wanted(_host.HttpConfig(8080, "m 10.0.0.1:80 weigth 5")), TestContext.Current.CancellationToken);

        var failure = outcome.Failure!;
        Assert.Equal((FailureKind.Refused, "haproxy", 1), (failure.Kind, failure.Tool, failure.ExitCode));
        Assert.Contains("unknown keyword 'weigth'", failure.Output, StringComparison.Ordinal);
        Assert.Contains($"[{_host.Paths.Config}:", failure.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(".staging", failure.Output, StringComparison.Ordinal);
        Assert.True(failure.Duration > TimeSpan.Zero);
        Assert.Equal(before, _host.Everything());
    }

    [Fact]
    public async Task A_changed_crt_list_is_checked_before_it_is_in_place()
    {
        var check = new HaproxyCheck(_host.Options);
        var good = _host.NewCertificate("a.example");
        File.WriteAllText(_host.Paths.CrtList(HaproxyHost.ListenerId), "/nowhere/in-force.pem\n");

        var accepted = await check.RunAsync(_host.Wanted(_host.TlsConfig(8443), good), TestContext.Current.CancellationToken);
        var refused = await check.RunAsync(
            _host.Wanted(_host.TlsConfig(8443), good with { Text = "/nowhere/new.pem\n" }), TestContext.Current.CancellationToken);

        Assert.True(accepted.Ok, accepted.Failure?.Output);
        Assert.Contains("/nowhere/new.pem", refused.Failure!.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(".staging", refused.Failure.Output, StringComparison.Ordinal);
        Assert.Equal("/nowhere/in-force.pem\n", File.ReadAllText(_host.Paths.CrtList(HaproxyHost.ListenerId)));
    }

    [Fact]
    public async Task The_group_file_is_made_with_a_group_of_this_system_and_spares_haproxy_the_hosts_authorities()
    {
        var check = new HaproxyCheck(_host.Options);

        var outcome = await check.RunAsync(_host.Wanted(_host.HttpConfig(8080, "m 10.0.0.1:80")), TestContext.Current.CancellationToken);

        Assert.True(outcome.Ok, outcome.Failure?.Output);
        var group = File.ReadAllLines("/etc/group").Any(line => line.StartsWith("nogroup:", StringComparison.Ordinal)) ? "nogroup" : "haproxy";
        Assert.Equal($"global\n    group {group}\n.if version_atleast(2.6)\n    httpclient.ssl.verify none\n.endif\n", File.ReadAllText(_host.Options.UserGroupFile));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_failure_that_names_it()
    {
        var check = new HaproxyCheck(_host.Options with { HaproxyCommand = "/nowhere/haproxy" });

        var outcome = await check.RunAsync(_host.Wanted(_host.HttpConfig(8080, "m 10.0.0.1:80")), TestContext.Current.CancellationToken);

        Assert.Equal(FailureKind.Internal, outcome.Failure!.Kind);
        Assert.Contains("/nowhere/haproxy", outcome.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_takes_too_long_is_ended()
    {
        var slow = Path.Combine(_host.Options.BasePath, "slow");
        File.WriteAllText(slow, "#!/bin/sh\nexec sleep 60\n");
        File.SetUnixFileMode(slow, (UnixFileMode)0b111_101_101);
        var check = new HaproxyCheck(_host.Options with
        {
            HaproxyCommand = slow,
            Timeouts = new HaproxyTimeouts { Check = TimeSpan.FromMilliseconds(100) },
        });

        var outcome = await check.RunAsync(_host.Wanted("global\n"), TestContext.Current.CancellationToken);

        Assert.Equal(FailureKind.TimedOut, outcome.Failure!.Kind);
    }

    public void Dispose() => _host.Dispose();
}
