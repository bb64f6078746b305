// Wrong command lines: exit code 2, the option and the value on standard error, nothing on standard output.
using Amphora.Controller.Cli;
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Cli;

public sealed class Usage
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("agent info --agent ftp://a", "--agent 'ftp://a'")]
    [InlineData("agent info --agent https://a/path", "--agent 'https://a/path'")]
    [InlineData("agent info --agent https://user@a", "--agent 'https://user@a'")]
    [InlineData("agent info --agent 10.0.0.5", "--agent '10.0.0.5'")]
    [InlineData("agent info --agent https://a --amphora-id 7", "--amphora-id '7'")]
    [InlineData("agent info --agent https://a --timeout 0", "--timeout '0'")]
    [InlineData("agent info --agent https://a --timeout soon", "--timeout 'soon'")]
    [InlineData("agent info --agent https://a --output xml", "--output 'xml'")]
    [InlineData("agent info --agent https://a --surprise", "--surprise")]
    [InlineData("agent info --agent", "--agent")]
    [InlineData("agent info", "--agent")]
    [InlineData("agent info --agent https://a", "--ca")]
    [InlineData("agent info --agent https://a --ca /nowhere/ca.pem", "--cert")]
    [InlineData("agent info --agent https://a --ca /nowhere/ca.pem --cert c.pem", "/nowhere/ca.pem")]
    [InlineData("agent info --agent https://a --agent https://a --ca CA --cert CERT", "https://a/: given twice")]
    [InlineData("agent info --agent https://a --ca CA --cert CA", "ca.pem")]
    [InlineData("agent info --agent https://a --ca CERT --cert CERT --key CA", "ca.pem")]
    [InlineData("agent info --agent https://a --agent https://b --amphora-id a7c198bc-6695-5281-b1e0-b0098608a702 --ca CA --cert CERT", "--amphora-id")]
    [InlineData("agent info --profile nowhere", "--profile 'nowhere'")]
    [InlineData("agent", "agent --help")]
    [InlineData("agent dance", "dance")]
    [InlineData("agent status 7", "LB-ID '7'")]
    [InlineData("agent config 7 haproxy", "LB-ID '7'")]
    [InlineData("agent delete", "delete --help")]
    [InlineData("agent delete 8b969ee2-6da6-52cb-bb52-8a23debc4e1a --if-match 0", "--if-match '0'")]
    [InlineData("agent push", "--file")]
    [InlineData("agent push --file /nowhere/lb.json --agent https://a --ca CA --cert CERT", "--file '/nowhere/lb.json'")]
    [InlineData("agent push --file CA --certificates /nowhere --agent https://a --ca CA --cert CERT", "--certificates '/nowhere'")]
    [InlineData("agent push --file a --if-match x", "--if-match 'x'")]
    [InlineData("agent plug-vip --vip 10.0.0.1 --subnet 10.0.0.0/24", "--mac")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00 --vip 10.0.0.1 --subnet 10.0.0.0/24", "--mac 'fa:16:3e:00:00'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.256 --subnet 10.0.0.0/24", "--vip '10.0.0.256'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.1 --subnet 10.0.0.0", "--subnet '10.0.0.0'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.1 --subnet 10.0.0.0/24 --gateway gw", "--gateway 'gw'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.1 --subnet 10.0.0.0/24 --vrrp-ip me", "--vrrp-ip 'me'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.1 --subnet 10.0.0.0/24 --additional-vip 10.0.1.1", "--additional-vip '10.0.1.1'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.1 --subnet 10.0.0.0/24 --host-route 10.9.0.0/16,fe80::1", "--host-route '10.9.0.0/16,fe80::1'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.1 --subnet 10.0.0.0/24 --host-route fd00::/8,fd00::1", "--host-route 'fd00::/8,fd00::1'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.1 --subnet 10.0.0.0/24 --mtu 67", "--mtu '67'")]
    [InlineData("agent plug-vip --mac fa:16:3e:00:00:01 --vip 10.0.0.1 --subnet 10.0.0.0/24 --topology BOTH", "--topology 'BOTH'")]
    [InlineData("agent plug-member --mac fa:16:3e:00:00:01 --fixed-ip 10.0.0.1", "--fixed-ip '10.0.0.1'")]
    [InlineData("agent unplug --mac fa:16:3e:00:00:01 --agent https://a --agent https://b --ca CA --cert CERT", "--agent is given 2 times")]
    [InlineData("certs", "certs --help")]
    [InlineData("certs init", "--dir")]
    [InlineData("certs init --dir /tmp/never --days 0", "--days '0'")]
    [InlineData("certs init --dir /tmp/never --name  ", "--name")]
    [InlineData("certs init --dir /tmp/never --passphrase-file /nowhere/secret", "--passphrase-file /nowhere/secret")]
    [InlineData("certs init --dir /dev/null/ca", "/dev/null/ca")]
    [InlineData("certs issue client --dir /nowhere --name a --out /tmp/never.pem", "/nowhere")]
    [InlineData("certs issue server --dir a --amphora-id x --out b", "--amphora-id 'x'")]
    [InlineData("certs issue server --dir a --amphora-id a7c198bc-6695-5281-b1e0-b0098608a702 --ip fe80::1%lo --out b", "--ip 'fe80::1%lo'")]
    [InlineData("certs issue listener --dir a --name www.exa_mple.com --out b", "--name 'www.exa_mple.com'")]
    [InlineData("certs issue listener --dir a --name 300.1.1.1 --out b", "--name '300.1.1.1'")]
    [InlineData("certs issue listener --dir a --out b", "--name")]
    [InlineData("certs show", "certs show --help")]
    [InlineData("certs show /nowhere/x.pem", "/nowhere/x.pem")]
    [InlineData("config-drive build --dir a --out b", "--amphora-id")]
    [InlineData("config-drive build --dir a --amphora-id 7 --out b", "--amphora-id '7'")]
    [InlineData("config-drive build --dir a --amphora-id ID", "--out FILE or --folder DIR")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --folder c", "--out FILE or --folder DIR")]
    [InlineData("config-drive build --dir /nowhere --amphora-id ID --out /tmp/never.iso", "/nowhere")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --controller 10.0.0.1", "--controller '10.0.0.1'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --controller fd00::1:5555", "--controller 'fd00::1:5555'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --controller 10.0.0.1:0", "--controller '10.0.0.1:0'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --controller 10.0.0.1:5555", "--heartbeat-key-file")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --heartbeat-interval 0", "--heartbeat-interval '0'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --bind-host here", "--bind-host 'here'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --topology BOTH", "--topology 'BOTH'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --address 10.0.0.1/24", "--mac")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --mac fa:16:3e:00:00:01", "--address")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --address 10.0.0.1/33 --mac fa:16:3e:00:00:01", "--address '10.0.0.1/33'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --address 10.0.0.1/24 --mac fa:16:3e:00:00:01 --gateway fd00::1", "--gateway 'fd00::1'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --tenant-log a\"b:514", "--tenant-log 'a\"b:514'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --admin-log 10.0.0.1:70000", "--admin-log '10.0.0.1:70000'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --log-protocol TLS", "--log-protocol 'TLS'")]
    [InlineData("config-drive build --dir a --amphora-id ID --out b --timezone UTC\nruncmd:", "--timezone 'UTC\nruncmd:'")]
    [InlineData("vm", "vm --help")]
    [InlineData("vm boot", "argument missing")]
    [InlineData("vm boot a", "--image")]
    [InlineData("vm boot ../a --image i", "NAME '../a'")]
    [InlineData("vm boot a --image /nowhere", "/nowhere/disk.qcow2")]
    [InlineData("vm boot a --image i --memory 64", "--memory '64'")]
    [InlineData("vm boot a --image i --cpus 0", "--cpus '0'")]
    [InlineData("vm boot a --image i --firmware coreboot", "--firmware 'coreboot'")]
    [InlineData("vm boot a --image i --accelerator auto", "--accelerator 'auto'")]
    [InlineData("vm boot a --image i --port 65536", "--port '65536'")]
    [InlineData("vm boot a --image i --no-port", "--no-port")]
    [InlineData("vm boot a --image i --nic 01:16:3e:00:00:01", "--nic '01:16:3e:00:00:01'")]
    [InlineData("vm boot a --image i --nic fa:16:3e:00:00:01,bridge=", "--nic 'fa:16:3e:00:00:01,bridge='")]
    [InlineData("vm boot a --image i --nic fa:16:3e:00:00:01,tap=a/b", "--nic 'fa:16:3e:00:00:01,tap=a/b'")]
    [InlineData("vm boot a --image i --nic fa:16:3e:00:00:01,tap=a,tap=b", "--nic 'fa:16:3e:00:00:01,tap=a,tap=b'")]
    [InlineData("vm boot a --image i --nic fa:16:3e:00:00:01 --nic FA:16:3E:00:00:01", "given twice")]
    [InlineData("vm boot a --image i --firmware bios --kernel-arguments x", "--kernel-arguments")]
    [InlineData("vm boot a --image i --count-instructions --accelerator kvm", "--count-instructions")]
    [InlineData("vm boot a --image i --wait 0", "--wait '0'")]
    [InlineData("vm kill nobody", "cannot find nobody")]
    [InlineData("vm start nobody", "cannot find nobody")]
    [InlineData("vm console nobody", "cannot find nobody")]
    [InlineData("vm plug nobody", "--nic")]
    [InlineData("vm unplug nobody --mac fa:16:3e:00:00:01", "cannot find nobody")]
    [InlineData("vm restore a --from /nowhere", "/nowhere: it is no saved machine")]
    [InlineData("", "--help")]
    [InlineData("dance", "dance")]
    public async Task A_wrong_command_line_names_what_is_wrong(string commandLine, string named)
    {
        var own = TestCredentials.Own;
        var words = commandLine.Split(' ').Where(word => word.Length > 0).Select(word => word switch { "CA" => own.AuthorityPath, "CERT" => own.ClientPath, "ID" => "a7c198bc-6695-5281-b1e0-b0098608a702", _ => word });

        // All that Program.cs does; a process for each of these would take minutes.
        using StringWriter output = new(), errors = new();
        var exitCode = await CliSlice.RunAsync([.. words], new Terminal(output, errors, IsLive: false));

        Assert.True(exitCode == 2, $"exit code {exitCode}\n{output}{errors}");
        Assert.Contains(named, errors.ToString(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    [Theory]
    [InlineData("agent push", "error: Option '--file' is required.\n'amphora-controller agent push --help' says more.\n")]
    [InlineData("certs init --dir a --days 0", "error: --days '0': a whole number from 1 to 36500 is needed\n'amphora-controller certs init --help' says more.\n")]
    public async Task The_process_says_the_same(string commandLine, string errors)
    {
        var result = await ControllerAsync(commandLine.Split(' '));

        Assert.Equal((2, "", errors), (result.ExitCode, result.Output, result.Errors));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("agent --help")]
    [InlineData("agent push --help")]
    [InlineData("certs issue server --help")]
    public async Task Help_goes_to_standard_output(string commandLine)
    {
        var result = await ControllerAsync(commandLine.Split(' '));

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_exit_codes() =>
        Assert.Contains("Exit codes: 0 done, 1 internal error", (await ControllerAsync("--help")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Version_is_one_line()
    {
        var result = await ControllerAsync("--version");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"\Aamphora-controller \d+\.\d+\.\d+\n\z", result.Output);
    }

    private static Task<CommandResult> ControllerAsync(params string[] arguments) => Command.RunAsync([.. Checkout.ControllerCommand, .. arguments], Token);
}
