// What becomes of an uploaded text that the lint finds something in.
namespace Amphora.Agent.Haproxy.Lint;

/// <summary>Ours: [haproxy_amphora] lint.</summary>
internal enum LintMode
{
    /// <summary>It is refused, and the findings are the answer.</summary>
    Refuse,

    /// <summary>It is used if HAProxy takes it, and the findings are logged: for controllers with a template of their own.</summary>
    Warn,
}
