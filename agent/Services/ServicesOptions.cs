// Where and how services run.
namespace Amphora.Agent.Services;

/// <summary>Who runs the services.</summary>
internal enum ServiceManagerKind
{
    /// <summary>systemd when it is the host's init and answers, supervised child processes otherwise.</summary>
    Auto,

    /// <summary>systemd.</summary>
    Systemd,

    /// <summary>The agent itself.</summary>
    ChildProcesses,
}

/// <summary>Options of the service managers.</summary>
internal sealed record ServicesOptions
{
    /// <summary>Who runs the services.</summary>
    public ServiceManagerKind Manager { get; init; } = ServiceManagerKind.Auto;

    /// <summary>Limits of the calls.</summary>
    public ServiceTimeouts Timeouts { get; init; } = new();

    /// <summary>Child processes: where records, logs and notification sockets are. Must survive a restart of the agent; when it survives a
    /// reboot too, what ran before it is started again. Short: a socket's path has at most 107 bytes.</summary>
    public string StateDirectory { get; init; } = "/var/lib/octavia/services";

    /// <summary>Child processes: how soon one that died is started again.</summary>
    public RestartBackOff BackOff { get; init; } = new();

    /// <summary>systemd: where unit files are written (appliance-layout §1).</summary>
    public string UnitDirectory { get; init; } = "/usr/lib/systemd/system";

    /// <summary>systemd: address of its bus, as <c>unix:path=/run/dbus/system_bus_socket</c>; null: the system bus.</summary>
    public string? BusAddress { get; init; }

    /// <summary>systemd: folder with templates that replace the built-in ones; null: none.</summary>
    public string? TemplateDirectory { get; init; }
}
