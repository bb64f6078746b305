// Writes a drive as a folder or as an ISO 9660 file: beside its place first, for its owner only, then moved there in one step.
using System.Security.Cryptography;
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Controller.ConfigDrive;

/// <summary>Puts the files where they are wanted.</summary>
internal static class DriveWriter
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    // By this label everybody finds a config drive.
    private const string Label = "config-2";
    private const string Step = "make the config drive";

    private static readonly TimeSpan s_isoLimit = TimeSpan.FromSeconds(60);

    // What makes ISO 9660 files, in the order they are looked for; they take the same arguments.
    private static readonly string[][] s_makers = [["genisoimage"], ["mkisofs"], ["xorriso", "-as", "mkisofs"]];

    /// <summary>Says no when something is there that may not be replaced.</summary>
    public static Failure? Taken(string path, bool isFolder, bool force) =>
        isFolder && File.Exists(path) ? new Failure(Step, $"cannot write {path}: it is a file, and a folder is wanted")
        : !isFolder && Directory.Exists(path) ? new Failure(Step, $"cannot write {path}: it is a directory")
        : Path.Exists(path) && !force ? new Failure(Step, $"cannot write {path}: it exists (--force replaces it)")
        // --force is meant for an earlier drive, not for whatever has the name.
        : isFolder && Directory.Exists(path) && !File.Exists(Path.Combine(path, "openstack/latest/meta_data.json")) ? new Failure(Step, $"cannot replace {path}: it is no config drive")
        : null;

    /// <summary>Writes all of them; what is there already is replaced.</summary>
    /// <param name="files">The drive, by path below its root.</param>
    /// <param name="target">File or folder.</param>
    /// <param name="isFolder">True: a folder; false: an ISO 9660 file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Failure?> WriteAsync(IReadOnlyList<KeyValuePair<string, string>> files, string target, bool isFolder, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(target);
        var staged = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        try
        {
            Directory.CreateDirectory(staged, OwnerFolder);
            var tree = Path.Combine(staged, "drive");
            WriteTree(tree, files);
            return isFolder ? Replace(tree, full, staged) : await WriteIsoAsync(tree, full, staged, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LinuxException)
        {
            return new Failure(Step, $"cannot write {target}: {exception.Message}");
        }
        finally
        {
            if (Directory.Exists(staged))
            {
                Directory.Delete(staged, recursive: true);
            }
        }
    }

    private static void WriteTree(string tree, IReadOnlyList<KeyValuePair<string, string>> files)
    {
        Directory.CreateDirectory(tree, OwnerFolder);
        foreach (var (path, text) in files)
        {
            var folder = tree;
            foreach (var part in path.Split('/')[..^1])
            {
                folder = Path.Combine(folder, part);
                Directory.CreateDirectory(folder, OwnerFolder);
            }

            AtomicFile.WriteText(Path.Combine(tree, path), text, OwnerFile);
        }
    }

    private static Failure? Replace(string tree, string full, string staged)
    {
        if (Directory.Exists(full))
        {
            Directory.Move(full, Path.Combine(staged, "earlier"));
        }

        Directory.Move(tree, full);
        AtomicFile.SyncDirectory(Path.GetDirectoryName(full)!);
        return null;
    }

    private static async Task<Failure?> WriteIsoAsync(string tree, string full, string staged, CancellationToken cancellationToken)
    {
        var iso = Path.Combine(staged, "iso");
        var result = await RunMakerAsync(["-quiet", "-J", "-R", "-V", Label, "-o", iso, tree], cancellationToken);
        if (result is null)
        {
            return new Failure(Step, $"cannot write {full}: none of {string.Join(", ", s_makers.Select(maker => maker[0]))} is installed; --folder needs none");
        }

        if (!result.Succeeded)
        {
            return new Failure(Step, $"cannot write {full}: the program that makes it {(result.TimedOut ? $"took over {s_isoLimit.TotalSeconds} s" : $"exited with {result.ExitCode}")}: {result.Output.Trim()}");
        }

        File.SetUnixFileMode(iso, OwnerFile);
        File.Move(iso, full, overwrite: true);
        AtomicFile.SyncDirectory(Path.GetDirectoryName(full)!);
        return null;
    }

    // Null: none is there.
    private static async Task<ToolResult?> RunMakerAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        foreach (var maker in s_makers)
        {
            try
            {
                return await Tool.RunAsync([.. maker, .. arguments], new ToolOptions { TimeLimit = s_isoLimit }, cancellationToken);
            }
            catch (LinuxException exception) when (exception.IsMissing)
            {
                continue;
            }
        }

        return null;
    }
}
