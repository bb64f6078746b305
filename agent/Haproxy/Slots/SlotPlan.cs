// What becomes of the slots of a running HAProxy, or why it needs another process.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Slots;

/// <summary>From the running text to the wanted one.</summary>
/// <param name="Text">The running text with its slots as they shall be; null: that is not possible while it runs.</param>
/// <param name="Changes">What is different, a line for people each.</param>
/// <param name="Reasons">Why a new process is needed; empty: none is.</param>
internal sealed record SlotPlan(SlottedText? Text, ValueList<string> Changes, ValueList<string> Reasons);
