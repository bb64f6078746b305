// What a request says of the binary it brings.
using System.Globalization;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Upgrade;

/// <summary>Signature and patience.</summary>
/// <param name="Signature">ECDSA over SHA-256, in DER.</param>
/// <param name="ConfirmWithin">Seconds a new agent has to answer a request.</param>
internal sealed record UpgradeRequest(byte[] Signature, int ConfirmWithin)
{
    // Two numbers of 256 bits in DER are at most 72 bytes.
    private const int LongestSignature = 72;

    /// <summary>Reads header and query; null with faults.</summary>
    /// <param name="signature">The header; null or empty: it is not there.</param>
    /// <param name="confirmWithin">The query; null: it is not there.</param>
    public static (UpgradeRequest? Request, ValueList<Fault> Faults) Read(string? signature, string? confirmWithin)
    {
        var faults = new List<Fault>();
        var bytes = new byte[LongestSignature];
        if (string.IsNullOrEmpty(signature))
        {
            faults.Add(new Fault("", "required", $"the header {AgentProgram.SignatureHeader} is missing; it has to be the base64 of the binary's signature in DER"));
        }
        else if (!Convert.TryFromBase64String(signature, bytes, out var length) || length == 0)
        {
            faults.Add(new Fault("", "pattern", $"the header {AgentProgram.SignatureHeader} is \"{Shortened(signature)}\"; it has to be base64 of at most {LongestSignature} bytes"));
        }
        else
        {
            bytes = bytes[..length];
        }

        var seconds = AgentUpgrade.DefaultConfirmWithin;
        if (confirmWithin is not null
            && (!int.TryParse(confirmWithin, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
                || seconds is < AgentUpgrade.LeastConfirmWithin or > AgentUpgrade.MostConfirmWithin))
        {
            faults.Add(new Fault("", "range", $"confirm_within is \"{Shortened(confirmWithin)}\"; it has to be {AgentUpgrade.LeastConfirmWithin} to {AgentUpgrade.MostConfirmWithin} seconds"));
        }

        return faults.Count == 0 ? (new UpgradeRequest(bytes, seconds), []) : (null, faults.ToValueList());
    }

    private static string Shortened(string text) => text.Length <= LongestSignature ? text : $"{text[..LongestSignature]}…";
}
