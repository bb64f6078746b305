// Files that may be missing.
namespace Amphora.Linux.Files;

/// <summary>Reads a file that may not be there, without asking first: between a question and the reading it can go. Every other failure is thrown.</summary>
public static class OptionalFile
{
    /// <summary>The content; null: there is no such file, or no such directory.</summary>
    public static byte[]? ReadBytes(string path) => Read(path, File.ReadAllBytes);

    /// <summary>The content as UTF-8 text; null: there is no such file, or no such directory.</summary>
    public static string? ReadText(string path) => Read(path, File.ReadAllText);

    private static T? Read<T>(string path, Func<string, T> read)
        where T : class
    {
        try
        {
            return read(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
