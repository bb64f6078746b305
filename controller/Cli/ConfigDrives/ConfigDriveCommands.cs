// amphora-controller config-drive build.
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Certificates;
using Amphora.Controller.ConfigDrive;

namespace Amphora.Controller.Cli.ConfigDrives;

/// <summary>The commands of the noun <c>config-drive</c>.</summary>
internal sealed partial class ConfigDriveCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "config-drive";

    private const int IssuedDays = 365;

    private readonly Option<Guid> _amphoraId = CommandOptions.Required(CommandOptions.One<Guid>("--amphora-id", "UUID", "The amphora.", "a UUID is needed", CommandOptions.Uuid));
    private readonly Option<string> _directory = CommandOptions.Required(CommandOptions.Path("--dir", "DIR", "Directory of the CA, which signs the agent's certificate and which the agent will trust."));
    private readonly Option<string> _passphrase = CommandOptions.PassphraseFile();
    private readonly Option<int> _days = CommandOptions.Days(IssuedDays);
    private readonly Option<IPAddress[]> _addresses = CommandOptions.Many<IPAddress>("--ip", "ADDRESS", "Address in the agent's certificate.", "an IP address is needed", CommandOptions.Address);
    private readonly Option<string> _iso = CommandOptions.Path("--out", "FILE", "The drive as an ISO 9660 file.");
    private readonly Option<string> _folder = CommandOptions.Path("--folder", "DIR", "The drive as a folder.");
    private readonly Option<bool> _force = CommandOptions.Force();
    private readonly Option<string> _timezone = CommandOptions.One<string>("--timezone", "NAME", "Timezone of the amphora (UTC).", "a name as Europe/Berlin is needed", ReadTimezone);
    private readonly AgentSettingsOptions _agent = new();
    private readonly ManagementOptions _management = new();
    private readonly LogOptions _logs = new();

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Make what an amphora finds at its first boot.");
        if (isWanted)
        {
            var output = CommandOptions.Output();
            noun.Options.Add(output);
            noun.Subcommands.Add(new ConfigDriveCommands().Build(terminal, output));
        }

        return noun;
    }

    private Command Build(Terminal terminal, Option<OutputFormat> output)
    {
        var command = new Command("build", "Issue the agent's certificate, and put it with the CA and the agent's configuration on a drive, as Nova does: "
            + "four files of at most 10 KiB (Nova takes five), meta_data.json, user_data, and network_data.json for a fixed address.")
        {
            _amphoraId, _directory, _passphrase, _days, _addresses, _iso, _folder, _force, _timezone,
        };
        foreach (var option in (Option[])[.. _agent.All, .. _management.All, .. _logs.All])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = Read(parsed);
            return options.Ok
                ? ConfigDrivePrinter.Print(terminal, parsed.GetValue(output), await ConfigDriveSlice.BuildAsync(options.Value, TimeProvider.System.GetUtcNow(), cancellationToken))
                : CertsPrinter.Fail(terminal, options.Failure!);
        });
        return command;
    }

    private Outcome<ConfigDriveOptions> Read(ParseResult parsed)
    {
        var (iso, folder) = (parsed.GetValue(_iso), parsed.GetValue(_folder));
        if ((iso ?? folder) is not { } path || (iso is not null && folder is not null))
        {
            return new Failure("read the options", "either --out FILE or --folder DIR is needed");
        }

        var secret = Passphrase.Read(parsed.GetValue(_passphrase));
        var agent = _agent.Read(parsed, parsed.GetValue(_amphoraId));
        var management = _management.Read(parsed);
        return (secret.Failure ?? agent.Failure ?? management.Failure) is { } failure ? failure : new ConfigDriveOptions
        {
            AmphoraId = parsed.GetValue(_amphoraId),
            AuthorityDirectory = parsed.GetRequiredValue(_directory),
            Passphrase = secret.Value.Text,
            Days = parsed.GetValue(_days),
            CertificateAddresses = parsed.GetRequiredValue(_addresses).ToValueList(),
            Agent = agent.Value,
            Logs = _logs.Read(parsed),
            Management = management.Value.Address,
            Timezone = parsed.GetValue(_timezone) ?? "UTC",
            Out = path,
            IsFolder = folder is not null,
            Force = parsed.GetValue(_force),
        };
    }

    private static bool ReadTimezone(string word, out string value) => Timezone().IsMatch(value = word);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\z")]
    private static partial Regex Timezone();

    /// <summary>Options of amphora-agent.conf.</summary>
    private sealed partial class AgentSettingsOptions
    {
        private readonly Option<IPEndPoint[]> _controllers = CommandOptions.Many<IPEndPoint>("--controller", "ADDRESS:PORT", "Where heartbeats go (controller_ip_port_list).", "ADDRESS:PORT is needed, an IPv6 address in brackets", CommandOptions.EndPoint);
        private readonly Option<string> _key = CommandOptions.Path("--heartbeat-key-file", "FILE", $"File whose first line is heartbeat_key; without it ${HealthCommands.KeyVariable} is.");
        private readonly Option<bool> _derive = new("--derive-keys") { Description = "The amphora gets a key of its own: HMAC-SHA256 of its id under the key, hexadecimal." };
        private readonly Option<int> _interval = CommandOptions.Number("--heartbeat-interval", "SECONDS", "From heartbeat to heartbeat (10).", 10, 1, 3600);
        private readonly Option<IPAddress> _bindHost = CommandOptions.One<IPAddress>("--bind-host", "ADDRESS", "Where the agent listens (::).", "an IP address is needed", CommandOptions.Address);
        private readonly Option<int> _bindPort = CommandOptions.Number("--bind-port", "PORT", "Its port (9443).", 9443, 1, ushort.MaxValue);
        private readonly Option<Topology?> _topology = CommandOptions.One<Topology?>("--topology", "SINGLE|ACTIVE_STANDBY", "loadbalancer_topology (SINGLE).", "SINGLE or ACTIVE_STANDBY is needed", PlugCommands.ReadTopology);

        public IEnumerable<Option> All => [_controllers, _key, _derive, _interval, _bindHost, _bindPort, _topology];

        public Outcome<AgentSettings> Read(ParseResult parsed, Guid amphoraId)
        {
            var controllers = parsed.GetRequiredValue(_controllers);
            string? key = null;
            if (controllers.Length > 0 || parsed.GetValue(_key) is not null)
            {
                var text = HealthCommands.ReadKey(parsed.GetValue(_key));
                if (!text.Ok)
                {
                    return text.Failure!;
                }

                key = parsed.GetValue(_derive) ? new HeartbeatKey(text.Value).Derive(amphoraId.ToString("D", CultureInfo.InvariantCulture)) : text.Value;
            }

            // What else the reader of an INI file changes, or a stock controller would have changed (appliance-layout §2).
            return key is not null && !PlainKey().IsMatch(key)
                ? new Failure("read the heartbeat key", "cannot use the heartbeat key: letters, digits, '.', '_' and '-' are allowed; --derive-keys takes any")
                : new AgentSettings
                {
                    Controllers = controllers.ToValueList(),
                    HeartbeatKey = key,
                    HeartbeatInterval = parsed.GetValue(_interval),
                    BindHost = parsed.GetValue(_bindHost) ?? IPAddress.IPv6Any,
                    BindPort = parsed.GetValue(_bindPort),
                    Topology = parsed.GetValue(_topology) ?? Topology.Single,
                };
        }

        [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z")]
        private static partial Regex PlainKey();
    }

    /// <summary>Options of the management port.</summary>
    private sealed class ManagementOptions
    {
        private readonly Option<Cidr?> _address = CommandOptions.One<Cidr?>("--address", "ADDRESS/LENGTH", "Fixed address of the management port; without: DHCP.", "ADDRESS/LENGTH is needed", ReadCidr);
        private readonly Option<string> _mac = CommandOptions.One<string>("--mac", "MAC", "The management port, for --address.", "six pairs of hex digits are needed", CommandOptions.Mac);
        private readonly Option<IPAddress> _gateway = CommandOptions.One<IPAddress>("--gateway", "ADDRESS", "Its gateway; without: no default route.", "an IP address is needed", CommandOptions.Address);
        private readonly Option<int?> _mtu = PlugCommands.Mtu();

        public IEnumerable<Option> All => [_address, _mac, _gateway, _mtu];

        public Outcome<(ManagementAddress? Address, bool Given)> Read(ParseResult parsed)
        {
            var (address, mac, gateway, mtu) = (parsed.GetValue(_address), parsed.GetValue(_mac), parsed.GetValue(_gateway), parsed.GetValue(_mtu));
            return address is null && mac is null && gateway is null && mtu is null ? (null, false)
                : address is null || mac is null ? new Failure("read the options", $"{(address is null ? "--address" : "--mac")} is needed with {(address is null ? "--mac, --gateway and --mtu" : "--address")}")
                : gateway is not null && gateway.AddressFamily != address.Value.Family ? new Failure("read the options", $"--gateway '{gateway}': an address of the family of --address {address} is needed")
                : (new ManagementAddress(mac, address.Value) { Gateway = gateway, Mtu = mtu }, true);
        }

        private static bool ReadCidr(string word, out Cidr? value) => Cidr.TryParse(word, out value);
    }

    /// <summary>Options of rsyslog.</summary>
    private sealed class LogOptions
    {
        private readonly Option<LogTarget[]> _tenant = CommandOptions.Many<LogTarget>("--tenant-log", "HOST:PORT", "Where tenants' traffic is logged.", "HOST:PORT is needed", ReadTarget);
        private readonly Option<LogTarget[]> _admin = CommandOptions.Many<LogTarget>("--admin-log", "HOST:PORT", "Where the amphora's own messages are logged.", "HOST:PORT is needed", ReadTarget);
        private readonly Option<string> _protocol = CommandOptions.One<string>("--log-protocol", "UDP|TCP", "How (UDP).", "UDP or TCP is needed", (string word, out string value) => (value = word) is "UDP" or "TCP");
        private readonly Option<bool> _all = new("--forward-all-logs") { Description = "Everything but tenants' traffic goes to --admin-log." };
        private readonly Option<bool> _noLocal = new("--disable-local-log-storage") { Description = "Nothing is kept in the amphora." };

        public IEnumerable<Option> All => [_tenant, _admin, _protocol, _all, _noLocal];

        public LogForwarding Read(ParseResult parsed) => new()
        {
            Tenant = parsed.GetRequiredValue(_tenant).ToValueList(),
            Administrative = parsed.GetRequiredValue(_admin).ToValueList(),
            Protocol = parsed.GetValue(_protocol) ?? "UDP",
            ForwardAll = parsed.GetValue(_all),
            DisableLocal = parsed.GetValue(_noLocal),
        };

        // Octavia splits at the last colon, so that an IPv6 address needs no brackets.
        private static bool ReadTarget(string word, out LogTarget value)
        {
            var colon = word.LastIndexOf(':');
            value = null!;
            if (colon <= 0 || word[0] == '*' || !HostName.Read(word[..colon], out var host)
                || !int.TryParse(word[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > ushort.MaxValue)
            {
                return false;
            }

            value = new LogTarget(host, port);
            return true;
        }
    }
}
