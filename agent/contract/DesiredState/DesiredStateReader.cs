// From bytes to a document that cannot be wrong, or everything that is wrong with them.
using Amphora.Contract.DesiredState.Reading;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState;

/// <summary>What reading a document gave: the document, or its faults.</summary>
/// <param name="Document">Null exactly when there are faults.</param>
/// <param name="Faults">Everything found, at most 1,000 and then one more that says so.</param>
public sealed record DesiredStateResult(DesiredStateDocument? Document, ValueList<Fault> Faults);

/// <summary>Reads desired state documents: JSON, the schema and the rules V1–V15 (desired-state.md), all at once.</summary>
public static class DesiredStateReader
{
    /// <summary>Reads one document. Never throws because of what the bytes say.</summary>
    public static DesiredStateResult Read(ReadOnlySpan<byte> utf8Json)
    {
        var faults = new FaultCollector();
        using var text = JsonText.Parse(utf8Json, DesiredStateDocument.MaxBytes, faults);
        var document = text is null ? null : DocumentReader.Read(text.Root);
        return new DesiredStateResult(document, faults.ToValueList());
    }
}
