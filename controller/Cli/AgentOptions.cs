// The options every agent command has: which agents, with what credentials, for how long.
using System.CommandLine;
using System.Globalization;
using Amphora.Contract;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli;

/// <summary>Options of the noun <c>agent</c>, valid for each of its commands.</summary>
internal sealed class AgentOptions
{
    private const double DefaultSeconds = 60;
    private const double MostSeconds = 86_400;

    private readonly Option<Uri[]> _agent = CommandOptions.Many<Uri>("--agent", "URL", "An agent, as https://10.0.0.5:9443.", "https://HOST[:PORT] is needed", ReadUrl);
    private readonly Option<Guid[]> _amphoraId = CommandOptions.Many<Guid>("--amphora-id", "UUID", "Name the agent's certificate has to bear, one for each --agent.", "a UUID is needed", CommandOptions.Uuid);
    private readonly Option<string> _ca = CommandOptions.Path("--ca", "FILE", "The only CA the agents' certificates may come from.");
    private readonly Option<string> _cert = CommandOptions.Path("--cert", "FILE", "The certificate to show to agents.");
    private readonly Option<string> _key = CommandOptions.Path("--key", "FILE", "Its key, when it is not in the same file.");
    private readonly Option<string> _profile = CommandOptions.Path("--profile", "FILE|NAME", "JSON file with agent, amphora_id, ca, cert, key; options win over it.");
    private readonly Option<double> _timeout = CommandOptions.One<double>("--timeout", "SECONDS", "Limit for everything asked of an agent, retries included.", $"a number of seconds above 0, at most {MostSeconds}, is needed", ReadSeconds);
    private readonly Option<OutputFormat> _output = CommandOptions.Output();

    /// <summary>Puts the options on the noun.</summary>
    public void AddTo(Command noun)
    {
        _timeout.DefaultValueFactory = _ => DefaultSeconds;
        foreach (var option in new Option[] { _agent, _amphoraId, _ca, _cert, _key, _profile, _timeout, _output })
        {
            option.Recursive = true;
            noun.Options.Add(option);
        }
    }

    /// <summary>How results are printed.</summary>
    public OutputFormat Format(ParseResult parsed) => parsed.GetValue(_output);

    /// <summary>The agents the command line and the profile name, with everything needed to talk to them.</summary>
    public Outcome<AgentGroup> Read(ParseResult parsed)
    {
        var profile = parsed.GetValue(_profile) is { } name ? AgentProfile.Read(name) : new AgentProfile();
        if (!profile.Ok)
        {
            return profile.Failure!;
        }

        var endpoints = Endpoints(parsed, profile.Value);
        if (!endpoints.Ok)
        {
            return endpoints.Failure!;
        }

        var (ca, cert) = (parsed.GetValue(_ca) ?? profile.Value.Ca, parsed.GetValue(_cert) ?? profile.Value.Cert);
        if (ca is null || cert is null)
        {
            return Wrong($"{(ca is null ? "--ca" : "--cert")} is needed, here or in a --profile");
        }

        // A key of the profile belongs to the certificate of the profile.
        var key = parsed.GetValue(_key) ?? (parsed.GetValue(_cert) is null ? profile.Value.Key : null);
        var credentials = AgentCredentials.Read(ca, cert, key);
        return credentials.Ok
            ? new AgentGroup(endpoints.Value, credentials.Value, new AgentTimeouts { Overall = TimeSpan.FromSeconds(parsed.GetValue(_timeout)) })
            : credentials.Failure!;
    }

    private Outcome<AgentEndpoint[]> Endpoints(ParseResult parsed, AgentProfile profile)
    {
        var (urls, ids) = (parsed.GetValue(_agent) ?? [], parsed.GetValue(_amphoraId) ?? []);
        if (urls.Length == 0)
        {
            foreach (var word in profile.Agent ?? [])
            {
                if (!ReadUrl(word, out var url))
                {
                    return Wrong($"agent '{word}' of the profile: https://HOST[:PORT] is needed");
                }

                urls = [.. urls, url];
            }
        }

        // Ids of the profile belong to the agents of the profile.
        foreach (var word in ids.Length == 0 && (parsed.GetValue(_agent) ?? []).Length == 0 ? profile.AmphoraId ?? [] : [])
        {
            if (!CommandOptions.Uuid(word, out var id))
            {
                return Wrong($"amphora_id '{word}' of the profile: a UUID is needed");
            }

            ids = [.. ids, id];
        }

        return urls.Length == 0 ? Wrong("--agent is needed, here or in a --profile")
            : urls.Distinct().Count() != urls.Length ? Wrong($"--agent {urls.GroupBy(url => url).First(group => group.Count() > 1).Key}: given twice")
            : ids.Length > 0 && ids.Length != urls.Length ? Wrong($"--amphora-id is given {ids.Length} times for {urls.Length} agents: one for each --agent, in the same order, or none")
            : urls.Select((url, i) => new AgentEndpoint(url, ids.Length > 0 ? ids[i] : null)).ToArray();
    }

    private static Failure Wrong(string message) => new("read the options", message);

    private static bool ReadUrl(string word, out Uri url) =>
        Uri.TryCreate(word, UriKind.Absolute, out url!) && url.Scheme == Uri.UriSchemeHttps && url.PathAndQuery == "/" && url.Fragment.Length == 0 && url.UserInfo.Length == 0;

    private static bool ReadSeconds(string word, out double seconds) =>
        double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds) && seconds is > 0 and <= MostSeconds;
}
