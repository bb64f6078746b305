// The options of housekeeping: how much is kept, and how long.
using System.CommandLine;
using Amphora.Controller.Housekeeping;

namespace Amphora.Controller.Cli.Amphorae;

/// <summary>Octavia's [house_keeping] as options, in seconds where Octavia counts in seconds.</summary>
internal sealed class HousekeepingCommandOptions
{
    private const int MostSpares = 1000;

    private static readonly HousekeepingSettings s_defaults = new();

    private readonly Option<int> _spares = CommandOptions.Number("--spare-amphora-pool-size", "N", "Amphorae that wait for a load balancer (default: 0).", s_defaults.SparePoolSize, 0, MostSpares);
    private readonly Option<int> _amphorae = Seconds("--amphora-expiry-age", "How long the rows of deleted amphorae are kept", s_defaults.AmphoraExpiryAge);
    private readonly Option<int> _loadBalancers = Seconds("--load-balancer-expiry-age", "How long the rows of deleted load balancers are kept", s_defaults.LoadBalancerExpiryAge);
    private readonly Option<int> _flows = Seconds("--flow-expiry-age", "How long flows that have ended can be looked at", s_defaults.FlowExpiryAge);
    private readonly Option<int> _certificates = Seconds("--cert-expiry-buffer", "How long before their end certificates of amphorae are replaced", s_defaults.CertificateExpiryBuffer);
    private readonly Option<int> _orphans = Seconds("--orphan-age", "How long something without a row is left alone", s_defaults.OrphanAge);

    /// <summary>Adds them to a noun.</summary>
    public void AddTo(Command noun)
    {
        foreach (var option in (Option[])[_spares, _amphorae, _loadBalancers, _flows, _certificates, _orphans])
        {
            option.Recursive = true;
            noun.Options.Add(option);
        }
    }

    /// <summary>What they say.</summary>
    public HousekeepingSettings Read(ParseResult parsed) => new()
    {
        SparePoolSize = parsed.GetValue(_spares),
        AmphoraExpiryAge = TimeSpan.FromSeconds(parsed.GetValue(_amphorae)),
        LoadBalancerExpiryAge = TimeSpan.FromSeconds(parsed.GetValue(_loadBalancers)),
        FlowExpiryAge = TimeSpan.FromSeconds(parsed.GetValue(_flows)),
        CertificateExpiryBuffer = TimeSpan.FromSeconds(parsed.GetValue(_certificates)),
        OrphanAge = TimeSpan.FromSeconds(parsed.GetValue(_orphans)),
    };

    private static Option<int> Seconds(string name, string description, TimeSpan age) =>
        CommandOptions.Number(name, "SECONDS", $"{description} (default: {age.TotalSeconds:0}).", (int)age.TotalSeconds, 0, int.MaxValue);
}
