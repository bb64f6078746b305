// One file that one process at a time may hold.
namespace Amphora.Controller.Drivers;

/// <summary>Keeps several controllers of one host, and several tasks of one controller, from working on the same state. The kernel lets
/// go of it when its holder dies.</summary>
internal static class FileLock
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until nobody else has it.</summary>
    /// <param name="path">The file; its folder has to be there.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DriverException">Somebody else kept it.</exception>
    public static async Task<FileStream> TakeAsync(string path, TimeSpan limit, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            if (TimeProvider.System.GetElapsedTime(begin) >= limit)
            {
                throw new DriverException($"cannot lock {path} within {limit.TotalSeconds} s: another controller works on it");
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    /// <summary>Takes it when nobody has it; null otherwise.</summary>
    /// <exception cref="DriverException">It cannot be opened.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            // .NET asks flock(2) for it: FileShare.None is LOCK_EX | LOCK_NB.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new DriverException($"cannot open {path}: {exception.Message}");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
