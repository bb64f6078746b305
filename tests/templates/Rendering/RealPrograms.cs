// Runs haproxy, keepalived and nft on rendered text.
using System.Diagnostics;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Rendering;

namespace Amphora.Templates.Tests.Rendering;

/// <summary>What the real programs say. They see files only in a directory of this test.</summary>
internal static class RealPrograms
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Runs a shell command in a network namespace of its own and gives it <paramref name="input"/>.</summary>
    public static Task<(int ExitCode, string Output)> InNamespace(string command, string input, CancellationToken cancellationToken) =>
        Run("unshare", ["--net", "sh", "-c", $"{command} 2>&1"], input, cancellationToken);

    /// <summary><c>haproxy -c</c> with the own peer name and a file that holds the group, as the service does it.</summary>
    public static async Task<(int ExitCode, string Output)> CheckHaproxy(
        ScratchDirectory directory, RenderedLoadBalancer files, CancellationToken cancellationToken)
    {
        var config = directory.Write("haproxy.cfg", files.HaproxyConfig!);
        var group = directory.Write("user-group.conf", "global\n    group nogroup\n");
        return await Run("sh", ["-c", $"haproxy -c -L {files.LocalPeer} -f {config} -f {group} 2>&1"], "", cancellationToken);
    }

    /// <summary>What <c>keepalived -t</c> beside an interface eth1 finds wrong; empty when it is nothing. No faults are: that a check is a
    /// script, as upstream's text has no <c>global_defs</c> to allow it (K19), and a VIP of a family that no member has (U3).</summary>
    public static async Task<string> CheckKeepalived(ScratchDirectory directory, string text, CancellationToken cancellationToken)
    {
        const int ok = 0, security = 6;
        string[] remarks = ["SECURITY VIOLATION - check scripts are being executed", "has no real servers - ignoring"];
        var config = directory.Write($"{Guid.NewGuid():N}.conf", text);
        var (exitCode, output) = await InNamespace(
            $"ip link add eth1 type veth peer name other && ip link set eth1 up && ip link set other up && keepalived -t -f {config}", "", cancellationToken);
        var faults = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !remarks.Any(remark => line.Contains(remark, StringComparison.Ordinal)));
        return exitCode is ok or security && !faults.Any() ? "" : $"{exitCode}: {output}";
    }

    /// <summary>Makes every file that the rendered text of a document names, below the directory.</summary>
    public static DesiredStateDocument Place(ScratchDirectory directory, DesiredStateDocument document)
    {
        var placed = document.Settings(s => s with { BasePath = directory.Path, BaseCertDir = $"{directory.Path}/certs" });
        var certificates = $"certs/{document.LoadBalancer.Id}";
        foreach (var file in document.TlsFiles)
        {
            directory.Write($"{certificates}/{file.File}", TestCertificates.Pem(file.Kind));
        }

        foreach (var list in placed.Files().CrtLists)
        {
            directory.Write($"{certificates}/{list.ListenerId}.pem", list.Text);
        }

        foreach (var script in new[] { "vrrp/check_script.sh", "lvs/check/udp_check.sh", "ping-wrapper.sh" })
        {
            directory.WriteProgram(script, "#!/bin/sh\nexit 0\n");
        }

        return placed;
    }

    private static async Task<(int ExitCode, string Output)> Run(
        string program, IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"cannot start {program}");
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
