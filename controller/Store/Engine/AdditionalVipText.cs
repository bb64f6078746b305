// Additional VIPs as the text of one column.
using System.Net;
using System.Text;
using System.Text.Json;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Controller.Store.Engine;

/// <summary>A JSON array with the words of the API, in order.</summary>
internal static class AdditionalVipText
{
    public static string Write(ValueList<AdditionalVip> vips)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var vip in vips)
            {
                json.WriteStartObject();
                json.WriteString("ip_address", vip.IpAddress.ToString());
                json.WriteString("subnet_id", vip.SubnetId);
                if (vip.PortId is { } port)
                {
                    json.WriteString("port_id", port);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static ValueList<AdditionalVip> Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(static vip => new AdditionalVip
        {
            IpAddress = IPAddress.Parse(vip.GetProperty("ip_address").GetString()!),
            SubnetId = vip.GetProperty("subnet_id").GetGuid(),
            PortId = vip.TryGetProperty("port_id", out var port) ? port.GetGuid() : null,
        })];
    }
}
