// What the agent reads back from an LVS configuration that came as text (agent-api §9). Pure.
using System.Net;
using Amphora.Contract;

namespace Amphora.Agent.Keepalived.Uploaded;

/// <summary>Finds the VIPs.</summary>
internal static class LvsText
{
    private const string GroupStart = "virtual_server_group ";

    /// <summary>The first word of each line of the <c>virtual_server_group</c> blocks, which start in the first column and end with
    /// <c>}</c>; each address once.</summary>
    public static ValueList<IPAddress> Vips(string text)
    {
        var vips = new List<IPAddress>();
        var inGroup = false;
        foreach (var line in text.Split('\n'))
        {
            if (inGroup && line.StartsWith('}'))
            {
                inGroup = false;
            }
            else if (line.StartsWith(GroupStart, StringComparison.Ordinal))
            {
                inGroup = true;
            }
            else if (inGroup && line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries) is [var word, ..]
                && IPAddress.TryParse(word, out var vip) && !vips.Contains(vip))
            {
                vips.Add(vip);
            }
        }

        return vips.ToValueList();
    }
}
