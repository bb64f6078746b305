// Runs work in a transaction, and again when another transaction was in its way.
using System.Data.Common;
using System.Security.Cryptography;

namespace Amphora.Controller.Store;

/// <summary>The two ways to use a database.</summary>
internal static class Transactions
{
    /// <summary>How often work is tried before the database counts as unavailable.</summary>
    public const int MostAttempts = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Does all of the work or nothing. The work may run more than once: it changes nothing but the database, and it begins
    /// no other writing transaction, which would wait for this one.</summary>
    /// <param name="database">Where.</param>
    /// <param name="work">What; an exception undoes it, and so does <see cref="DatabaseTransaction.Abandon"/>.</param>
    /// <param name="cancellationToken">Ends it, until it is being committed.</param>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached or is in use without end.</exception>
    public static Task<T> InTransactionAsync<T>(
        this IDatabase database, Func<DatabaseTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(database, DatabaseAccess.Write, work, cancellationToken);

    /// <inheritdoc cref="InTransactionAsync{T}"/>
    public static Task InTransactionAsync(
        this IDatabase database, Func<DatabaseTransaction, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        RunAsync(database, DatabaseAccess.Write, WithoutResult(work), cancellationToken);

    /// <summary>Reads; everything that is read is of one moment, and what changes something is refused.</summary>
    /// <param name="database">Where.</param>
    /// <param name="work">What; it may run more than once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached.</exception>
    public static Task<T> ReadAsync<T>(
        this IDatabase database, Func<DatabaseTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(database, DatabaseAccess.Read, work, cancellationToken);

    private static async Task<T> RunAsync<T>(
        IDatabase database, DatabaseAccess access, Func<DatabaseTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var transaction = await database.BeginAsync(access, cancellationToken);
                var result = await work(transaction, cancellationToken);
                committing = access == DatabaseAccess.Write;
                await transaction.EndAsync();
                return result;
            }
            catch (DbException exception) when (database.TroubleOf(exception) is not DatabaseTrouble.Bug)
            {
                if (committing && database.TroubleOf(exception) == DatabaseTrouble.Unavailable)
                {
                    throw new DatabaseUnavailableException(
                        $"cannot tell whether the last change was recorded: {database.Name} was lost while it committed: {exception.Message}", exception);
                }

                if (attempt == MostAttempts)
                {
                    throw new DatabaseUnavailableException($"cannot use {database.Name}: tried {attempt} times: {exception.Message}", exception);
                }
            }

            await Task.Delay(PauseAfter(attempt), database.Clock, cancellationToken);
        }
    }

    // Twice as long each time, and never the same for two that met.
    private static TimeSpan PauseAfter(int attempt) => FirstPause * (1 << (attempt - 1)) * (RandomNumberGenerator.GetInt32(50, 151) / 100.0);

    private static Func<DatabaseTransaction, CancellationToken, Task<bool>> WithoutResult(Func<DatabaseTransaction, CancellationToken, Task> work) =>
        async (transaction, cancellationToken) =>
        {
            await work(transaction, cancellationToken);
            return true;
        };
}
