// Collects what is wrong with a document; a path becomes text only when there is a fault to report.
using System.Globalization;
using System.Text;

namespace Amphora.Contract.Json;

/// <summary>Where a value stands: a field or an element of a container that was entered.</summary>
/// <param name="Container">What <see cref="FaultCollector.Enter"/> answered for the container, or −1 for the document itself.</param>
/// <param name="Name">Name of the field, or null for an element.</param>
/// <param name="Index">Index of the element.</param>
internal readonly record struct Place(int Container, string? Name, int Index)
{
    /// <summary>The document itself.</summary>
    internal static Place Root => new(-1, null, 0);

    /// <summary>What a message calls the value.</summary>
    internal string Title => Name is not null ? Quoted.Plain(Name)
        : Container < 0 ? "the document"
        : string.Create(CultureInfo.InvariantCulture, $"element {Index}");
}

/// <summary>The faults of one document, in the order found, and the containers on the way to them.</summary>
internal sealed class FaultCollector
{
    /// <summary>So many faults are listed; a last one then says that there are more.</summary>
    internal const int Limit = 1000;

    // Only ever appended to: a number given out by Enter stays valid for rules that run after the walk.
    private readonly List<Place> _containers = [];
    private readonly List<Fault> _faults = [];

    /// <summary>True when nothing is wrong so far.</summary>
    internal bool None => _faults.Count == 0;

    /// <summary>All faults.</summary>
    internal ValueList<Fault> ToValueList() => _faults.ToValueList();

    /// <summary>Notes that the walk goes into the container at <paramref name="place"/>; the number is for the places of its children.</summary>
    internal int Enter(Place place)
    {
        _containers.Add(place);
        return _containers.Count - 1;
    }

    /// <summary>Adds a fault.</summary>
    internal void Add(Place place, string rule, string message)
    {
        if (_faults.Count < Limit)
        {
            _faults.Add(new Fault(Pointer(place), rule, message));
        }
        else if (_faults.Count == Limit)
        {
            _faults.Add(new Fault("", "maxFaults", $"there are more than {Limit} faults; the rest is not listed"));
        }
    }

    /// <summary>The JSON pointer (RFC 6901) of a place.</summary>
    internal string Pointer(Place place)
    {
        var pointer = new StringBuilder();
        Append(pointer, place);
        return pointer.ToString();
    }

    private void Append(StringBuilder pointer, Place place)
    {
        if (place.Container < 0)
        {
            return;
        }

        Append(pointer, _containers[place.Container]);
        pointer.Append('/');
        if (place.Name is { } name)
        {
            pointer.Append(name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }
        else
        {
            pointer.Append(CultureInfo.InvariantCulture, $"{place.Index}");
        }
    }
}
