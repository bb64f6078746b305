// A history in a folder of its own, without the programs that would make one.
using System.Text;
using Amphora.Agent.Apply;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Certificates;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Files;
using Amphora.Contract.DesiredState;
using Amphora.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amphora.Agent.Tests.Apply.History;

/// <summary>The parts of the history put together; <see cref="Again"/> is the agent's next start.</summary>
internal sealed class HistoryHost : IDisposable
{
    public const string Id = "22222222-2222-4333-8444-000000000001";

    private readonly TestFolder _folder = new();
    private readonly int _keep;

    public HistoryHost(int keep = 5)
    {
        _keep = keep;
        Certificates = new CertificateStore(new CertificateOptions(_folder["certs"]));
        Load();
    }

    public CertificateStore Certificates { get; }

    public CertificateArchive Archive => new(new CertificateOptions(_folder["certs"]), Certificates);

    public GenerationHistory History { get; private set; } = null!;

    public CommitWindows Windows { get; private set; } = null!;

    public HistoryWriter Writer { get; private set; } = null!;

    public string Folder => _folder[$"{Id}/history"];

    public string ArchiveFolder => _folder[$"certs/{Id}/.history"];

    /// <summary>Reads everything anew, as another process would.</summary>
    public void Again()
    {
        Windows.Dispose();
        Load();
    }

    /// <summary>Lets a text come into force; the answer is its sequence.</summary>
    public long Apply(string text, CommitTerms? terms = null, params string[] files)
    {
        var entry = Stage(text, files);
        var window = Writer.Add(Id, entry, terms ?? CommitTerms.Proven);
        Writer.Begin(Id, window.Value);
        return entry.Sequence;
    }

    /// <summary>The first half of it.</summary>
    public HistoryEntry Stage(string text, params string[] files) => Writer.Stage(Id, new NewGeneration
    {
        ManagedBy = HistoryEntry.Api1,
        Content = Encoding.UTF8.GetBytes(text),
        CertificateFiles = files,
        Summary = text,
    }).Value;

    /// <summary>The text of an entry.</summary>
    public string? Text(long sequence) => History.ReadText(Id, History.Find(Id, sequence));

    public void Dispose()
    {
        Windows.Dispose();
        _folder.Dispose();
    }

    private void Load()
    {
        var options = new ApplyOptions { BasePath = _folder.Path, KeepGenerations = _keep };
        var ports = new PortStore(new NetworkOptions
        {
            Namespace = "none",
            InterfaceDirectory = _folder["interfaces"],
            PluggedInterfacesFile = _folder["plugged_interfaces"],
            FirewallFile = _folder["nftables"],
            PortDirectory = _folder["ports"],
            Topology = () => Topology.Single,
        });
        History = new GenerationHistory(options, Archive, Journal.JournalHost.None, NullLogger<GenerationHistory>.Instance);
        Windows = new CommitWindows(options, History, Journal.JournalHost.None, TimeProvider.System);
        Writer = new HistoryWriter(History, Windows, Archive, ports, TimeProvider.System);
        History.Load();
    }
}
