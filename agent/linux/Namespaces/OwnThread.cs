// A thread that enters a namespace and ends there.
using System.Runtime.ExceptionServices;

namespace Amphora.Linux.Namespaces;

/// <summary>No thread that has been in another namespace returns to the pool.</summary>
internal static class OwnThread
{
    private const int StackSize = 256 * 1024;

    /// <summary>Runs the function on a thread made for it, and waits; its exception is thrown here.</summary>
    public static T Run<T>(Func<T> function)
    {
        var result = default(T);
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(
            () =>
            {
#pragma warning disable CA1031 // Nothing is swallowed: the exception continues on the thread that asked.
                try
                {
                    result = function();
                }
                catch (Exception exception)
                {
                    thrown = ExceptionDispatchInfo.Capture(exception);
                }
#pragma warning restore CA1031
            },
            StackSize)
        {
            IsBackground = true,
            Name = "namespace",
        };
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return result!;
    }
}
