// amphora-controller tls-container: create, list, show, delete.
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.Certificates;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Cli.LoadBalancers;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.Tls;

/// <summary>The commands of the noun <c>tls-container</c>: what <c>--default-tls-container-ref</c> and its like refer to.</summary>
internal sealed class TlsContainerCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "tls-container";

    private const string DefaultProject = "default";

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new();
    private readonly Argument<string> _name = CommandOptions.Word<string>("NAME-OR-ID", "The TLS container, its reference too.", "a name or id is needed", CommandOptions.NotEmpty);

    private TlsContainerCommands(Terminal terminal) => _terminal = terminal;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Keep certificates, CAs and revocation lists for listeners and pools; sealed in the database.");
        if (isWanted)
        {
            var commands = new TlsContainerCommands(terminal);
            noun.Options.Add(commands._output);
            commands._controller.AddTo(noun);
            foreach (var command in (Command[])[commands.Create(), commands.List(), commands.Show(), commands.Delete()])
            {
                noun.Subcommands.Add(command);
            }
        }

        return noun;
    }

    private Command Create()
    {
        var name = CommandOptions.Required(CommandOptions.One<string>("--name", "NAME", "For people.", "a name is needed", CommandOptions.NotEmpty));
        var project = CommandOptions.One<string>("--project", "PROJECT", $"Whose it is (default: {DefaultProject}).", "a project is needed", CommandOptions.NotEmpty);
        var material = new TlsMaterialOptions();
        var command = new Command("create", "Keep a certificate with its key, a CA or a revocation list; prints the reference.") { name, project };
        material.AddTo(command);
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var bundle = await material.ReadAsync(parsed, token);
            if (!bundle.Ok)
            {
                return Refusals.Print(_terminal, new Refusal(RefusalKind.Invalid, bundle.Failure!.Message));
            }

            var row = controller.Services.Tls.Seal(new NewTlsContainer
            {
                ProjectId = parsed.GetValue(project) ?? DefaultProject,
                Name = parsed.GetRequiredValue(name),
                Kind = bundle.Value.Kind,
                File = bundle.Value.File,
                Content = bundle.Value.Content,
                Sha256 = TlsBundle.Digest(bundle.Value.Content),
                NotAfter = bundle.Value.NotAfter,
            });
            await controller.Database.InTransactionAsync((transaction, cancel) => new TlsContainerRows(transaction).InsertAsync(row, cancel), token);
            if (row.NotAfter <= controller.Services.Time.GetUtcNow())
            {
                await _terminal.Error.WriteLineAsync($"warning: the certificate of {row.Name} ended {row.NotAfter:u}: clients refuse it");
            }

            Print(parsed, [row]);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command List()
    {
        var project = CommandOptions.One<string>("--project", "PROJECT", "Only this one's.", "a project is needed", CommandOptions.NotEmpty);
        var command = new Command("list", "TLS containers.") { project };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            Print(parsed, await controller.Database.ReadAsync((transaction, cancel) => new TlsContainerRows(transaction).ListAsync(parsed.GetValue(project), cancel), token));
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command Show()
    {
        var command = new Command("show", "A TLS container; never its key.") { _name };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var found = await controller.Database.ReadAsync((transaction, cancel) => FindAsync(transaction, parsed.GetRequiredValue(_name), cancel), token);
            if (found.Refusal is { } refusal)
            {
                return Refusals.Print(_terminal, refusal);
            }

            Print(parsed, [found.Value]);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command Delete()
    {
        var command = new Command("delete", "Delete a TLS container that no listener or pool refers to.") { _name };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var refusal = await controller.Database.InTransactionAsync(
                async (transaction, cancel) =>
                {
                    var found = await FindAsync(transaction, parsed.GetRequiredValue(_name), cancel);
                    if (found.Refusal is { } missing)
                    {
                        return missing;
                    }

                    var users = await new TlsContainerRows(transaction).DeleteAsync(found.Value, cancel);
                    if (users.Count == 0)
                    {
                        return null;
                    }

                    transaction.Abandon();
                    return new Refusal(RefusalKind.Conflict, $"cannot delete TLS container {found.Value.Ref}: {string.Join(", ", users)} refer to it");
                },
                token);
            return refusal is null ? ExitCode.Done : Refusals.Print(_terminal, refusal);
        }, token));
        return command;
    }

    private static async Task<Decision<TlsContainerRow>> FindAsync(DatabaseTransaction transaction, string word, CancellationToken cancellationToken)
    {
        var rows = new TlsContainerRows(transaction);
        var isId = Guid.TryParse(word, out var id) || TlsContainerRow.TryReadRef(word, out id);
        var found = isId ? await rows.GetAsync([id], cancellationToken) : [.. (await rows.ListAsync(null, cancellationToken)).Where(row => row.Name == word)];
        return found.Count switch
        {
            1 => found[0],
            0 => new Refusal(RefusalKind.NotFound, $"TLS container {word} not found."),
            _ => new Refusal(RefusalKind.Conflict, $"cannot tell which TLS container {word} is: {found.Count} have the name"),
        };
    }

    private void Print(ParseResult parsed, IReadOnlyList<TlsContainerRow> rows)
    {
        if (parsed.GetValue(_output) == OutputFormat.Json)
        {
            foreach (var row in rows)
            {
                _terminal.Out.WriteLine(new JsonObject
                {
                    ["ref"] = row.Ref,
                    ["name"] = row.Name,
                    ["project_id"] = row.ProjectId,
                    ["kind"] = row.Kind.ToWire(),
                    ["sha256"] = row.Sha256,
                    ["not_after"] = row.NotAfter?.ToString("O", CultureInfo.InvariantCulture),
                    ["created_at"] = row.CreatedAt == default ? null : row.CreatedAt.ToString("O", CultureInfo.InvariantCulture),
                }.ToJsonString());
            }

            return;
        }

        var table = new Table("REF", "NAME", "PROJECT", "KIND", "NOT AFTER", "SHA256");
        foreach (var row in rows)
        {
            table.Add(row.Ref, row.Name, row.ProjectId, row.Kind.ToWire(), Table.OrDash(row.NotAfter?.ToString("u", CultureInfo.InvariantCulture)), row.Sha256);
        }

        table.WriteTo(_terminal.Out);
    }

    /// <summary>Which files.</summary>
    private sealed class TlsMaterialOptions
    {
        private const int MostBytes = 1024 * 1024;

        private readonly Option<string> _certificate = CommandOptions.Path("--certificate", "FILE", "PEM: the certificate, then what signs it; the key too, when --private-key is not given.");
        private readonly Option<string> _key = CommandOptions.Path("--private-key", "FILE", "PEM: the certificate's key.");
        private readonly Option<string> _passphrase = CommandOptions.Path("--private-key-passphrase-file", "FILE", "First line: the key's passphrase.");
        private readonly Option<string> _intermediates = CommandOptions.Path("--intermediates", "FILE", "PEM: certificates that sign the certificate.");
        private readonly Option<string> _authorities = CommandOptions.Path("--ca", "FILE", "PEM: CAs that sign clients or members.");
        private readonly Option<string> _revoked = CommandOptions.Path("--crl", "FILE", "PEM: a revocation list.");

        public void AddTo(Command command)
        {
            foreach (var option in (Option[])[_certificate, _key, _passphrase, _intermediates, _authorities, _revoked])
            {
                command.Options.Add(option);
            }
        }

        public async Task<Outcome<TlsBundle>> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
        {
            string?[] wanted = [parsed.GetValue(_certificate), parsed.GetValue(_authorities), parsed.GetValue(_revoked)];
            if (wanted.Count(static file => file is not null) != 1)
            {
                return new Failure("read the TLS material", "one of --certificate, --ca and --crl is needed");
            }

            try
            {
                return parsed.GetValue(_authorities) is { } authorities ? TlsBundle.Authorities(await TextAsync(authorities, cancellationToken))
                    : parsed.GetValue(_revoked) is { } revoked ? TlsBundle.RevocationList(await TextAsync(revoked, cancellationToken))
                    : TlsBundle.Certificate(await CertificateAsync(parsed, cancellationToken), await PassphraseAsync(parsed, cancellationToken));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Failure("read the TLS material", $"cannot read it: {exception.Message}");
            }
        }

        private async Task<string> CertificateAsync(ParseResult parsed, CancellationToken cancellationToken)
        {
            var text = new StringBuilder();
            foreach (var file in ((string?[])[parsed.GetValue(_certificate), parsed.GetValue(_key), parsed.GetValue(_intermediates)]).OfType<string>())
            {
                text.Append(await TextAsync(file, cancellationToken)).Append('\n');
            }

            return text.ToString();
        }

        private async Task<string?> PassphraseAsync(ParseResult parsed, CancellationToken cancellationToken) =>
            parsed.GetValue(_passphrase) is { } file ? (await TextAsync(file, cancellationToken)).Split('\n')[0].TrimEnd('\r') : null;

        // ASCII is enough: what is outside of PEM blocks is ignored, and inside there is nothing else.
        private static async Task<string> TextAsync(string file, CancellationToken cancellationToken) => new FileInfo(file).Length <= MostBytes
            ? await File.ReadAllTextAsync(file, Encoding.Latin1, cancellationToken)
            : throw new IOException($"{file} has more than {MostBytes} bytes");
    }
}
