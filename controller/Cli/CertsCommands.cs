// amphora-controller certs: init, issue server|client|listener, show.
using System.CommandLine;
using System.Net;
using Amphora.Contract;
using Amphora.Controller.Certificates;

namespace Amphora.Controller.Cli;

/// <summary>The commands of the noun <c>certs</c>.</summary>
internal static class CertsCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "certs";

    private const int AuthorityDays = 3650;
    private const int IssuedDays = 365;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Make the CA and the certificates of the management network.");
        if (isWanted)
        {
            var output = CommandOptions.Output();
            noun.Options.Add(output);
            noun.Subcommands.Add(Init(terminal, output));
            noun.Subcommands.Add(new Command("issue", "Sign a certificate with the CA.")
            {
                Server(terminal, output), Client(terminal, output), Listener(terminal, output),
            });
            noun.Subcommands.Add(Show(terminal, output));
        }

        return noun;
    }

    private static Command Init(Terminal terminal, Option<OutputFormat> output)
    {
        var directory = CommandOptions.Required(CommandOptions.Path("--dir", "DIR", "Where ca.pem and ca.key go; made when it is not there."));
        var days = CommandOptions.Days(AuthorityDays);
        var name = CommandOptions.One<string>("--name", "NAME", "Subject of the CA.", "1 to 64 printable characters are needed", CommandOptions.SubjectName);
        name.DefaultValueFactory = _ => "Amphora CA";
        var (passphrase, force) = (CommandOptions.PassphraseFile(), CommandOptions.Force());
        var command = new Command("init", "Make a certificate authority.") { directory, days, name, passphrase, force };
        command.SetAction(parsed =>
        {
            var secret = Passphrase.Read(parsed.GetValue(passphrase));
            return !secret.Ok ? CertsPrinter.Fail(terminal, secret.Failure!) : CertsPrinter.Print(terminal, parsed.GetValue(output), CertificatesSlice.Init(
                new AuthorityOptions
                {
                    Directory = parsed.GetRequiredValue(directory),
                    CommonName = parsed.GetRequiredValue(name),
                    Days = parsed.GetValue(days),
                    Passphrase = secret.Value.Text,
                    Force = parsed.GetValue(force),
                },
                TimeProvider.System.GetUtcNow()));
        });
        return command;
    }

    private static Command Server(Terminal terminal, Option<OutputFormat> output)
    {
        var amphoraId = CommandOptions.Required(CommandOptions.One<Guid>("--amphora-id", "UUID", "The amphora; drivers look for it in the certificate.", "a UUID is needed", CommandOptions.Uuid));
        var addresses = CommandOptions.Many<IPAddress>("--ip", "ADDRESS", "Address of the agent.", "an IP address is needed", CommandOptions.Address);
        var options = new IssueCommandOptions("server.pem: certificate, then key.");
        var command = options.AddTo(new Command("server", "Issue an agent's server.pem.") { amphoraId, addresses });
        command.SetAction(parsed => options.Run(parsed, terminal, output, (issue, now) =>
            CertificatesSlice.IssueServer(issue, parsed.GetValue(amphoraId), parsed.GetRequiredValue(addresses).ToValueList(), now)));
        return command;
    }

    private static Command Client(Terminal terminal, Option<OutputFormat> output)
    {
        var name = CommandOptions.Required(CommandOptions.One<string>("--name", "NAME", "Subject of the certificate.", "1 to 64 printable characters are needed", CommandOptions.SubjectName));
        var options = new IssueCommandOptions("client.pem: certificate, then key.");
        var command = options.AddTo(new Command("client", "Issue a controller's client.pem.") { name });
        command.SetAction(parsed => options.Run(parsed, terminal, output, (issue, now) => CertificatesSlice.IssueClient(issue, parsed.GetRequiredValue(name), now)));
        return command;
    }

    private static Command Listener(Terminal terminal, Option<OutputFormat> output)
    {
        var names = CommandOptions.Required(CommandOptions.Many<string>("--name", "NAME", "Host name (a leading *. is allowed) or address.", "a host name or an IP address is needed", HostName.Read));
        var options = new IssueCommandOptions("Certificate, key and chain for HAProxy. In a directory the file gets the name that tls_files[].file wants.");
        var command = options.AddTo(new Command("listener", "Issue a certificate for a TERMINATED_HTTPS listener.") { names });
        command.SetAction(parsed =>
        {
            var all = parsed.GetRequiredValue(names).ToLookup(name => StrictIPAddress.TryParse(name, out _));
            return options.Run(parsed, terminal, output, (issue, now) =>
                CertificatesSlice.IssueListener(issue, all[false].ToValueList(), all[true].Select(IPAddress.Parse).ToValueList(), now));
        });
        return command;
    }

    private static Command Show(Terminal terminal, Option<OutputFormat> output)
    {
        var file = CommandOptions.Word<string>("FILE", "PEM file.", "a path is needed", CommandOptions.NotEmpty);
        var command = new Command("show", "Show the certificates of a file.") { file };
        command.SetAction(parsed => CertsPrinter.Print(terminal, parsed.GetValue(output), CertificateDescriptionReader.Read(parsed.GetRequiredValue(file))));
        return command;
    }

    /// <summary>What all kinds of issuing have in common.</summary>
    private sealed class IssueCommandOptions(string outDescription)
    {
        private readonly Option<string> _directory = CommandOptions.Required(CommandOptions.Path("--dir", "DIR", "Directory of the CA."));
        private readonly Option<string> _out = CommandOptions.Required(CommandOptions.Path("--out", "FILE", outDescription));
        private readonly Option<int> _days = CommandOptions.Days(IssuedDays);
        private readonly Option<string> _passphrase = CommandOptions.PassphraseFile();
        private readonly Option<bool> _force = CommandOptions.Force();

        public Command AddTo(Command command)
        {
            foreach (var option in new Option[] { _directory, _out, _days, _passphrase, _force })
            {
                command.Options.Add(option);
            }

            return command;
        }

        public int Run(ParseResult parsed, Terminal terminal, Option<OutputFormat> output, Func<IssueOptions, DateTimeOffset, Outcome<CertificateWritten>> issue)
        {
            var secret = Passphrase.Read(parsed.GetValue(_passphrase));
            return !secret.Ok ? CertsPrinter.Fail(terminal, secret.Failure!) : CertsPrinter.Print(terminal, parsed.GetValue(output), issue(
                new IssueOptions
                {
                    Directory = parsed.GetRequiredValue(_directory),
                    Out = parsed.GetRequiredValue(_out),
                    Days = parsed.GetValue(_days),
                    Passphrase = secret.Value.Text,
                    Force = parsed.GetValue(_force),
                },
                TimeProvider.System.GetUtcNow()));
        }
    }
}
