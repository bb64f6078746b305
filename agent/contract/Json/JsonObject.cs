// An object while it is read: asking for a field is what makes it known, what nobody asked for is refused.
using System.Text;

namespace Amphora.Contract.Json;

/// <summary>An object that was entered. Ask for each field once, then <see cref="Close"/>.</summary>
internal readonly struct JsonObject(JsonText text, int token, int container)
{
    /// <summary>The container number for places inside.</summary>
    internal int Container => container;

    /// <summary>The faults of the document.</summary>
    internal FaultCollector Faults => text.Faults;

    /// <summary>A field that may be missing; null counts as missing.</summary>
    internal JsonValue Optional(string name)
    {
        var found = JsonValue.Absent;
        var seen = false;
        for (var i = token + 1; i < text[token].Next; i = text[i + 1].Next)
        {
            var content = text.Content(i);
            if (content.Length != name.Length || !Ascii.Equals(content, name))
            {
                continue;
            }

            text.MarkRead(i);
            if (seen)
            {
                text.Faults.Add(new Place(container, name, 0), "json", $"{name} is given twice");
            }
            else if (text[i + 1].Kind != System.Text.Json.JsonTokenType.Null)
            {
                found = i + 1;
            }

            seen = true;
        }

        return new JsonValue(text, found, new Place(container, name, 0));
    }

    /// <summary>A field that has to be there.</summary>
    internal JsonValue Required(string name)
    {
        var value = Optional(name);
        if (!value.IsPresent)
        {
            text.Faults.Add(value.Place, "required", $"{name} is missing; it has to be given");
        }

        return value;
    }

    /// <summary>Refuses every field nobody asked for.</summary>
    internal void Close()
    {
        for (var i = token + 1; i < text[token].Next; i = text[i + 1].Next)
        {
            if (!text.WasRead(i))
            {
                var place = new Place(container, Encoding.UTF8.GetString(text.Content(i)), 0);
                text.Faults.Add(place, "additionalProperties", $"{place.Title} is not a field known here; it has to be left out");
            }
        }
    }
}
