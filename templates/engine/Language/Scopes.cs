// The variables of a rendering: those of the templates, of function calls, and the $locals of each call.
namespace Amphora.Templates.Language;

internal sealed class Scopes
{
    // The first holds the variables of all templates; a call of a function with parameters adds one.
    private readonly List<Dictionary<string, Value>> _scopes = [new(StringComparer.Ordinal)];
    private Dictionary<string, Value> _locals = new(StringComparer.Ordinal);

    public bool TryGet(string name, out Value value)
    {
        if (IsLocal(name))
        {
            _locals.TryGetValue(name, out value);
            return true;
        }

        for (var i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Assigns where the variable exists, else in the innermost scope.</summary>
    public void Set(string name, Value value)
    {
        var scope = _scopes.FindLastIndex(candidate => candidate.ContainsKey(name));
        Home(name, scope >= 0 ? scope : _scopes.Count - 1)[name] = value;
    }

    /// <summary>Gives the variable of a loop its next value.</summary>
    public void Declare(string name, Value value) => Home(name, _scopes.Count - 1)[name] = value;

    /// <summary>What <see cref="Declare"/> will hide; null when there is nothing.</summary>
    public Value? Hidden(string name) => Home(name, _scopes.Count - 1).TryGetValue(name, out var value) ? value : null;

    public void Restore(string name, Value? hidden)
    {
        var home = Home(name, _scopes.Count - 1);
        if (hidden is { } value)
        {
            home[name] = value;
        }
        else
        {
            home.Remove(name);
        }
    }

    /// <summary>Starts a call with <c>$0</c>, <c>$1</c> … or, when the function names them, with its parameters.</summary>
    /// <returns>The caller's locals, for <see cref="Leave"/>.</returns>
    public Dictionary<string, Value> Enter(ReadOnlySpan<Value> arguments, IReadOnlyList<string>? parameters)
    {
        var caller = _locals;
        _locals = new(StringComparer.Ordinal);
        if (parameters is not null)
        {
            _scopes.Add(new(StringComparer.Ordinal));
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            Declare(parameters is null ? $"${i}" : parameters[i], arguments[i]);
        }

        return caller;
    }

    public void Leave(Dictionary<string, Value> caller, bool hasParameters)
    {
        _locals = caller;
        if (hasParameters)
        {
            _scopes.RemoveAt(_scopes.Count - 1);
        }
    }

    private Dictionary<string, Value> Home(string name, int scope) => IsLocal(name) ? _locals : _scopes[scope];

    private static bool IsLocal(string name) => name[0] == '$';
}
