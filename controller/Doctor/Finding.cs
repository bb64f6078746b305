// What the doctor says: one sentence a finding, and what to do about it.
namespace Amphora.Controller.Doctor;

/// <summary>A finding.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Message">What was seen.</param>
/// <param name="Advice">What to do; null when nothing is to be done.</param>
internal sealed record Finding(Severity Severity, string Subject, string Message, string? Advice)
{
    /// <summary>As it should be.</summary>
    public static Finding Ok(string subject, string message) => new(Severity.Ok, subject, message, null);

    /// <summary>It works, and somebody should look.</summary>
    public static Finding Warn(string subject, string message, string advice) => new(Severity.Warn, subject, message, advice);

    /// <summary>It does not work.</summary>
    public static Finding Fail(string subject, string message, string advice) => new(Severity.Fail, subject, message, advice);
}

/// <summary>How bad a finding is, the worst last.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and somebody should look.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}
