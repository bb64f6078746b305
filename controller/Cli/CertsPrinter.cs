// Prints what the certs commands did.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amphora.Contract;
using Amphora.Controller.Certificates;

namespace Amphora.Controller.Cli;

/// <summary>Results to standard output, notes and errors to standard error.</summary>
internal static class CertsPrinter
{
    /// <summary>An error of this machine: a file that cannot be used.</summary>
    public static int Fail(Terminal terminal, Failure failure)
    {
        terminal.Error.WriteLine($"error: {failure.Message}");
        return (int)ExitCode.Usage;
    }

    /// <summary>A file that was written.</summary>
    public static int Print(Terminal terminal, OutputFormat format, Outcome<CertificateWritten> outcome)
    {
        if (!outcome.Ok)
        {
            return Fail(terminal, outcome.Failure!);
        }

        var written = outcome.Value;
        if (written.IsClamped)
        {
            terminal.Error.WriteLine($"note: valid until {Time(written.NotAfter)} only, as the CA is");
        }

        if (format == OutputFormat.Json)
        {
            return PrintJson(terminal, written, CliJson.Default.CertificateWritten);
        }

        var table = new Table("FILE", written.File);
        if (written.TlsFile is not null)
        {
            table.Add("NAME", written.TlsFile);
        }

        table.Add("SHA256", written.Sha256);
        table.Add("SUBJECT", written.Subject);
        table.Add("SERIAL", written.SerialNumber);
        table.Add("NOT AFTER", Time(written.NotAfter));
        table.WriteTo(terminal.Out);
        return (int)ExitCode.Done;
    }

    /// <summary>Certificates of a file.</summary>
    public static int Print(Terminal terminal, OutputFormat format, Outcome<ValueList<CertificateDescription>> outcome)
    {
        if (!outcome.Ok)
        {
            return Fail(terminal, outcome.Failure!);
        }

        var isFirst = true;
        foreach (var certificate in outcome.Value)
        {
            if (format == OutputFormat.Json)
            {
                PrintJson(terminal, certificate, CliJson.Default.CertificateDescription);
                continue;
            }

            if (!isFirst)
            {
                terminal.Out.WriteLine();
            }

            isFirst = false;
            TableOf(certificate).WriteTo(terminal.Out);
        }

        return (int)ExitCode.Done;
    }

    private static Table TableOf(CertificateDescription certificate)
    {
        var table = new Table("SUBJECT", certificate.Subject);
        table.Add("ISSUER", certificate.Issuer);
        table.Add("SERIAL", certificate.SerialNumber);
        table.Add("NOT BEFORE", Time(certificate.NotBefore));
        table.Add("NOT AFTER", Time(certificate.NotAfter));
        table.Add("NAMES", Table.List(certificate.Names));
        table.Add("PURPOSES", certificate.IsAuthority ? "certificate authority" : Table.List(certificate.Purposes));
        table.Add("KEY", certificate.Key + (certificate.HasPrivateKey ? ", private key in the file" : ""));
        table.Add("SHA256", certificate.Fingerprint);
        return table;
    }

    private static int PrintJson<T>(Terminal terminal, T value, JsonTypeInfo<T> type)
    {
        terminal.Out.WriteLine(JsonSerializer.Serialize(value, type));
        return (int)ExitCode.Done;
    }

    /// <summary>A moment as people read it.</summary>
    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
