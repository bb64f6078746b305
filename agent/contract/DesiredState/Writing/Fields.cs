// How one field is written: absent when it has its default.
using System.Net;
using System.Text.Json;

namespace Amphora.Contract.DesiredState.Writing;

/// <summary>Fields of a JSON object that are left out when they say nothing.</summary>
internal static class Fields
{
    internal static void Text(this Utf8JsonWriter json, string name, string? value, string? unless = null)
    {
        if (value is not null && value != unless)
        {
            json.WriteString(name, value);
        }
    }

    internal static void Id(this Utf8JsonWriter json, string name, Guid? value)
    {
        if (value is { } id)
        {
            json.WriteString(name, id);
        }
    }

    internal static void Address(this Utf8JsonWriter json, string name, IPAddress? value) => json.Text(name, value?.ToString());

    internal static void Number(this Utf8JsonWriter json, string name, long? value, long? unless = null)
    {
        if (value is { } number && number != unless)
        {
            json.WriteNumber(name, number);
        }
    }

    internal static void Flag(this Utf8JsonWriter json, string name, bool value, bool unless = false)
    {
        if (value != unless)
        {
            json.WriteBoolean(name, value);
        }
    }

    internal static void Array<T>(this Utf8JsonWriter json, string name, ValueList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    internal static void Words<T>(this Utf8JsonWriter json, string name, ValueList<T>? items, WireTable<T> words)
        where T : struct, Enum
    {
        if (items is { } list)
        {
            json.Array(name, list, (writer, item) => writer.WriteStringValue(words.Spell(item)));
        }
    }

    internal static void Head(this Utf8JsonWriter json, Guid id, string? name, bool adminStateUp, ProvisioningStatus status)
    {
        json.WriteString("id", id);
        json.Text("name", name);
        json.Flag("admin_state_up", adminStateUp, unless: true);
        json.Text("provisioning_status", status.ToWire(), unless: ProvisioningStatus.Active.ToWire());
    }
}
