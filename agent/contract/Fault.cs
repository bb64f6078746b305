// What is wrong with a document, one value per finding.
namespace Amphora.Contract;

/// <summary>One thing that is wrong with a document: the document's fault, never the world's.</summary>
/// <param name="Path">JSON pointer (RFC 6901) to the value, <c>""</c> for the whole document.</param>
/// <param name="Rule">The rule that was broken: <c>V1</c>… of desired-state.md §4, or the JSON Schema keyword
/// (<c>type</c>, <c>required</c>, <c>pattern</c>, <c>enum</c>, <c>minimum</c>, <c>additionalProperties</c> …), or <c>json</c>
/// when the text is not JSON.</param>
/// <param name="Message">A sentence for people that names the value and what it has to be.</param>
public sealed record Fault(string Path, string Rule, string Message);
