// The passphrase of the CA's key, which never stands on a command line.
using Amphora.Contract;

namespace Amphora.Controller.Certificates;

/// <summary>A passphrase, or none; prints as <c>***</c>.</summary>
/// <param name="Text">The passphrase; null when the key is not encrypted.</param>
internal sealed record Passphrase(string? Text)
{
    /// <summary>Reads the first line of a file; no path means no passphrase.</summary>
    public static Outcome<Passphrase> Read(string? path)
    {
        if (path is null)
        {
            return new Passphrase((string?)null);
        }

        try
        {
            return File.ReadLines(path).FirstOrDefault() is { Length: > 0 } line
                ? new Passphrase(line)
                : new Failure("read the passphrase", $"cannot use --passphrase-file {path}: its first line is empty");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure("read the passphrase", $"cannot read --passphrase-file {path}: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "***";
}
