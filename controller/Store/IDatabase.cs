// A database of the controller: SQLite in one file, or PostgreSQL for more than one controller.
using System.Data.Common;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>What the two engines do each in its way. Work is done by <see cref="Transactions.InTransactionAsync"/> and
/// <see cref="Transactions.ReadAsync"/>, which begin, commit and try again.</summary>
internal interface IDatabase : IAsyncDisposable
{
    /// <summary>Which database it is, for messages; without passwords.</summary>
    string Name { get; }

    /// <summary>What is spelled differently in its SQL.</summary>
    SqlDialect Dialect { get; }

    /// <summary>The clock of every time that is stored.</summary>
    TimeProvider Clock { get; }

    /// <summary>Begins a transaction; disposing it without a commit undoes it.</summary>
    /// <exception cref="DbException">The engine said no.</exception>
    Task<DatabaseTransaction> BeginAsync(DatabaseAccess access, CancellationToken cancellationToken);

    /// <summary>What an exception of the engine means.</summary>
    DatabaseTrouble TroubleOf(DbException exception);
}

/// <summary>What a transaction is for.</summary>
internal enum DatabaseAccess
{
    /// <summary>Sees one state of everything, changes nothing, waits for nobody.</summary>
    Read,

    /// <summary>Changes something.</summary>
    Write,
}

/// <summary>What an exception of an engine means.</summary>
internal enum DatabaseTrouble
{
    /// <summary>The statement is wrong: a bug.</summary>
    Bug,

    /// <summary>Another transaction was in the way and this one is undone: it will do next time.</summary>
    Contention,

    /// <summary>The database cannot be reached, or its disk says no.</summary>
    Unavailable,
}
