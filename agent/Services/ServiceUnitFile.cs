// A service as the text of a systemd unit file.
using Amphora.Contract;
using Amphora.Linux.Namespaces;
using Amphora.Templates.Encoding;
using Amphora.Templates.Language;

namespace Amphora.Agent.Services;

/// <summary>Renders <c>templates/&lt;Template&gt;.service.sbn</c>; every value passes systemd's encoder.</summary>
internal static class ServiceUnitFile
{
    /// <summary>The text, or why there is none.</summary>
    public static Outcome<string> Render(TemplateSet templates, ServiceUnit unit, ServiceTimeouts timeouts)
    {
        var step = $"write {unit.Name}";
        if (unit.Command.Count == 0 || !unit.Command[0].StartsWith('/'))
        {
            // systemd wants an absolute path, and would read other first letters (-, @, +, !) as flags.
            return new Failure(step, $"cannot {step}: its program '{(unit.Command.Count == 0 ? "" : unit.Command[0])}' is not an absolute path");
        }

        try
        {
            var (text, faults) = Renderer.Render(templates, $"{unit.Template}.service.sbn", Model(unit, timeouts), SystemdEncoder.Instance);
            return text is not null
                ? text
                : new Failure(step, $"cannot {step}: {string.Join("; ", faults.Select(fault => fault.Message))}") { Kind = FailureKind.Refused };
        }
        catch (TemplateException exception)
        {
            return new Failure(step, $"cannot {step}: {exception.Message}") { Tool = "templates" };
        }
    }

    private static TemplateRecord Model(ServiceUnit unit, ServiceTimeouts timeouts) => new(path: "")
    {
        { "name", unit.Name },
        { "command", Words(unit.Command) },
        { "check", unit.CheckCommand.Count == 0 ? null : Words(unit.CheckCommand) },
        { "namespace", unit.NetworkNamespace is null ? null : NetworkNamespace.PathOf(unit.NetworkNamespace) },
        { "reload_signal", SignalName(unit.ReloadSignal) },
        { "open_files", unit.OpenFiles },
        { "writable", unit.WritablePaths.Count == 0 ? null : Words(unit.WritablePaths) },
        { "search_path", unit.SearchPath },
        { "start_seconds", (long)Math.Ceiling(timeouts.Start.TotalSeconds) },
        { "stop_seconds", (long)Math.Ceiling(timeouts.Stop.TotalSeconds) },
    };

    private static List<object?> Words(ValueList<string> words) => [.. words];

    private static string SignalName(int signal) => signal switch
    {
        1 => "HUP",
        10 => "USR1",
        12 => "USR2",
        _ => $"{signal}",
    };
}
