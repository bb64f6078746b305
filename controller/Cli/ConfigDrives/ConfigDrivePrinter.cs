// Prints what config-drive build did.
using System.Globalization;
using System.Text.Json;
using Amphora.Contract;
using Amphora.Controller.ConfigDrive;

namespace Amphora.Controller.Cli.ConfigDrives;

/// <summary>Results to standard output, notes and errors to standard error.</summary>
internal static class ConfigDrivePrinter
{
    /// <summary>A drive that was made.</summary>
    public static int Print(Terminal terminal, OutputFormat format, Outcome<ConfigDriveWritten> outcome)
    {
        if (!outcome.Ok)
        {
            return CertsPrinter.Fail(terminal, outcome.Failure!);
        }

        var written = outcome.Value;
        if (written.IsClamped)
        {
            terminal.Error.WriteLine($"note: the certificate is valid until {CertsPrinter.Time(written.NotAfter)} only, as the CA is");
        }

        if (format == OutputFormat.Json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(written, CliJson.Default.ConfigDriveWritten));
            return (int)ExitCode.Done;
        }

        var table = new Table("DRIVE", written.Path);
        table.Add("AMPHORA", written.AmphoraId.ToString("D", CultureInfo.InvariantCulture));
        table.Add("HOST NAME", written.HostName);
        table.Add("FILES", Table.List(written.Files));
        table.Add("SERIAL", written.SerialNumber);
        table.Add("NOT AFTER", CertsPrinter.Time(written.NotAfter));
        table.WriteTo(terminal.Out);
        return (int)ExitCode.Done;
    }
}
