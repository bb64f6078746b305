// A config drive as Nova makes it: the tree, and the tree as a file system with its label.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;

namespace Amphora.Agent.Tests.ConfigDrive;

internal sealed class DriveImage : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly JsonArray _files = [];

    public DriveImage() => Directory.CreateDirectory(_folder["drive/openstack/content"]);

    /// <summary>The tree.</summary>
    internal string Tree => _folder["drive"];

    /// <summary>The guest.</summary>
    internal string Root => _folder["root"];

    internal DriveImage With(string path, string content)
    {
        var name = _files.Count.ToString("D4", CultureInfo.InvariantCulture);
        _folder.Write($"drive/openstack/content/{name}", content);
        _files.Add(new JsonObject { ["path"] = path, ["content_path"] = $"/content/{name}" });
        return WithFile("openstack/latest/meta_data.json", new JsonObject
        {
            ["uuid"] = "00000000-0000-4000-8000-000000000001",
            ["hostname"] = "amphora-1",
            ["files"] = _files.DeepClone(),
        }.ToJsonString());
    }

    internal DriveImage WithFile(string path, string content)
    {
        _folder.Write($"drive/{path}", content);
        return this;
    }

    internal string Installed(string path) => File.ReadAllText(_folder["root" + path]);

    internal bool IsInstalled(string path) => File.Exists(_folder["root" + path]);

    internal string InRoot(string path) => _folder["root" + path];

    /// <summary>The program, with the guest below a folder of the test's.</summary>
    internal async Task<CommandResult> InstallAsync(CancellationToken cancellationToken, params string[] more)
    {
        Directory.CreateDirectory(Root);
        string[] source = more.Contains("--wait") ? [] : ["--directory", Tree];
        return await Command.RunAsync([.. Checkout.AgentCommand, "config-drive", .. source, "--root", Root, .. more], cancellationToken);
    }

    internal async Task<string> ToIsoAsync(string label, CancellationToken cancellationToken)
    {
        await Command.OutputAsync(["genisoimage", "-quiet", "-J", "-r", "-V", label, "-o", _folder["drive.iso"], Tree], cancellationToken);
        return _folder["drive.iso"];
    }

    internal async Task<string> ToFatAsync(string label, int bits, int megabytes, CancellationToken cancellationToken)
    {
        var image = _folder[$"drive-{bits}.img"];
        await File.WriteAllBytesAsync(image, [], cancellationToken);
        using (var file = File.OpenWrite(image))
        {
            file.SetLength(megabytes * 1024L * 1024);
        }

        await Command.OutputAsync(["mkfs.vfat", "-F", bits.ToString(CultureInfo.InvariantCulture), "-n", label, image], cancellationToken);
        await Command.OutputAsync(["mcopy", "-s", "-i", image, Path.Combine(Tree, "openstack"), "::"], cancellationToken);
        return image;
    }

    /// <summary>A #cloud-config as Octavia's controller renders it: values indented by eight blanks, empty lines not.</summary>
    internal static string CloudConfig(params (string Path, string Content)[] files)
    {
        var text = new StringBuilder("#cloud-config\n# vim: syntax=yaml\n#\n#     {'/a/path': 'a value'}\nwrite_files:\n");
        foreach (var (path, content) in files)
        {
            var lines = content.Split('\n').Select((line, number) => line.Length == 0 && number > 0 ? "" : "        " + line);
            text.Append(CultureInfo.InvariantCulture, $"-   path: {path}\n    content: |\n{string.Join('\n', lines)}\n");
        }

        return text.Append("\nruncmd:\n-   systemctl restart rsyslog\n-   service amphora-agent restart\n\ntimezone: UTC").ToString();
    }

    public void Dispose() => _folder.Dispose();
}
