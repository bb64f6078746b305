// What a database that cannot be used says.
namespace Amphora.Controller.Store;

/// <summary>The database cannot be reached, is full, or others use it without end: waiting may help.</summary>
internal sealed class DatabaseUnavailableException(string message, Exception innerException) : Exception(message, innerException);

/// <summary>The database is not one for this program: waiting does not help.</summary>
internal sealed class DatabaseRefusedException(string message) : Exception(message);
