// A profile: which agents, and the credentials for them, in one file instead of on every command line.
using System.Text.Json;
using Amphora.Contract;

namespace Amphora.Controller.Cli;

/// <summary>Content of a profile file; paths in it are relative to the file.</summary>
internal sealed record AgentProfile
{
    /// <summary><c>--agent</c>.</summary>
    public string[]? Agent { get; init; }

    /// <summary><c>--amphora-id</c>.</summary>
    public string[]? AmphoraId { get; init; }

    /// <summary><c>--ca</c>.</summary>
    public string? Ca { get; init; }

    /// <summary><c>--cert</c>.</summary>
    public string? Cert { get; init; }

    /// <summary><c>--key</c>.</summary>
    public string? Key { get; init; }

    /// <summary>Reads a profile by path, or by name from the user's and the system's configuration.</summary>
    public static Outcome<AgentProfile> Read(string fileOrName)
    {
        var path = Find(fileOrName);
        if (path is null)
        {
            return new Failure("read the profile", $"--profile '{fileOrName}': there is no such file, nor {string.Join(" or ", Candidates(fileOrName))}");
        }

        try
        {
            var profile = JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.AgentProfile) ?? new AgentProfile();
            var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return profile with { Ca = From(directory, profile.Ca), Cert = From(directory, profile.Cert), Key = From(directory, profile.Key) };
        }
        catch (JsonException exception)
        {
            return new Failure("read the profile", $"--profile {path}: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure("read the profile", $"--profile {path}: {exception.Message}");
        }
    }

    private static string? From(string directory, string? path) => path is null ? null : Path.Combine(directory, path);

    private static string? Find(string fileOrName) =>
        File.Exists(fileOrName) ? fileOrName : fileOrName.Contains('/') ? null : Candidates(fileOrName).FirstOrDefault(File.Exists);

    private static string[] Candidates(string name) => name.Contains('/') ? [] :
    [
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "amphora", name + ".json"),
        Path.Combine("/etc/amphora", name + ".json"),
    ];
}
