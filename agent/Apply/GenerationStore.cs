// The generation in force of every load balancer: one file each, and the same as an immutable snapshot in memory.
using System.Collections.Immutable;
using System.Text.Json;
using Amphora.Agent.Actions;
using Amphora.Agent.Certificates;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Linux.Files;

namespace Amphora.Agent.Apply;

/// <summary>Keeps <c>&lt;base_path&gt;/&lt;load balancer&gt;/generation.json</c>. Its rename is the moment a change is in force:
/// what a kill -9 finds there is what the next start puts back.</summary>
internal sealed partial class GenerationStore(ApplyOptions options, ILogger<GenerationStore> logger)
{
    private const string FileName = "generation.json";
    private const string MarkName = "applying";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private volatile ImmutableSortedDictionary<string, Wanted> _inForce = ImmutableSortedDictionary.Create<string, Wanted>(StringComparer.Ordinal);

    /// <summary>What is in force, by load balancer.</summary>
    public ImmutableSortedDictionary<string, Wanted> InForce => _inForce;

    /// <summary>What is in force of one load balancer, or null.</summary>
    public Wanted? Find(string loadBalancerId) => _inForce.GetValueOrDefault(loadBalancerId);

    /// <summary>Every load balancer of this amphora, whichever API manages it.</summary>
    public ValueList<LoadBalancerSummary> List()
    {
        var summaries = ManagedOverApi1().Select(static id => new LoadBalancerSummary { Id = id, ManagedBy = "1.0" }).ToList();
        foreach (var (id, wanted) in _inForce)
        {
            summaries.Add(new LoadBalancerSummary
            {
                Id = id,
                Name = wanted.Document.LoadBalancer.Name,
                Generation = wanted.Document.Generation,
                ManagedBy = "2.0",
            });
        }

        return summaries.OrderBy(static summary => summary.Id, StringComparer.Ordinal).ToValueList();
    }

    /// <summary>True when the load balancer has a configuration that API 1.0 uploaded (agent-api §3: "LB exists").</summary>
    public bool IsManagedOverApi1(string loadBalancerId) =>
        !IsManagedOverApi2(loadBalancerId) && File.Exists(PathOf(loadBalancerId, "haproxy.cfg"));

    /// <summary>True when a document is in force, or was begun, or is there and cannot be read.</summary>
    public bool IsManagedOverApi2(string loadBalancerId) =>
        Find(loadBalancerId) is not null || File.Exists(PathOf(loadBalancerId, FileName)) || File.Exists(PathOf(loadBalancerId, MarkName));

    /// <summary>Says that the first change of a load balancer begins: what stays of one that is killed is known by it.</summary>
    public Failure? Begin(string loadBalancerId) => OperatingSystemFailure.Try($"begin load balancer {loadBalancerId}", () =>
    {
        Directory.CreateDirectory(Path.Combine(options.BasePath, loadBalancerId));
        AtomicFile.WriteText(PathOf(loadBalancerId, MarkName), "", OwnerOnly);
    });

    /// <summary>Writes the file under a temporary name, so that a full disk is found out before anything is changed.</summary>
    /// <param name="wanted">The generation.</param>
    /// <param name="content">What <see cref="GenerationFile"/> makes of it.</param>
    public Outcome<PreparedFile> Prepare(Wanted wanted, byte[] content) => OperatingSystemFailure.Try(
        $"write generation {wanted.Document.Generation}", () => AtomicFile.Prepare(PathOf(wanted.LoadBalancerId, FileName), content, OwnerOnly));

    /// <summary>The file as it is on disk; null when there is none.</summary>
    public byte[]? ReadFile(string loadBalancerId) => File.Exists(PathOf(loadBalancerId, FileName)) ? File.ReadAllBytes(PathOf(loadBalancerId, FileName)) : null;

    /// <summary>Makes it the one in force.</summary>
    public Failure? Record(Wanted wanted, PreparedFile file)
    {
        var isFirst = Find(wanted.LoadBalancerId) is null;
        return OperatingSystemFailure.Try($"record generation {wanted.Document.Generation}", () =>
        {
            file.Commit();
            _inForce = _inForce.SetItem(wanted.LoadBalancerId, wanted);
        }) ?? (isFirst ? End(wanted.LoadBalancerId) : null);
    }

    /// <summary>Says that the files are as <see cref="Find"/> says again; with nothing in force, forgets the load balancer.</summary>
    public Failure? End(string loadBalancerId) => OperatingSystemFailure.Try($"end a change of load balancer {loadBalancerId}", () =>
    {
        AtomicFile.Delete(PathOf(loadBalancerId, MarkName));
        var directory = Path.Combine(options.BasePath, loadBalancerId);
        if (Find(loadBalancerId) is null && Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    });

    /// <summary>Forgets a load balancer whose services and files are gone.</summary>
    public Failure? Forget(string loadBalancerId) => OperatingSystemFailure.Try($"forget load balancer {loadBalancerId}", () =>
    {
        AtomicFile.Delete(PathOf(loadBalancerId, FileName));
        _inForce = _inForce.Remove(loadBalancerId);
    }) ?? End(loadBalancerId);

    /// <summary>Reads all files. A file that cannot be read is an error in the log, and its load balancer is left as it runs.</summary>
    /// <returns>Load balancers whose first PUT was killed: nothing is in force, something may be on disk or running.</returns>
    public ValueList<string> Load()
    {
        var unfinished = new List<string>();
        AtomicFile.CleanLeftovers(options.BasePath);
        foreach (var directory in Directories())
        {
            AtomicFile.CleanLeftovers(directory);
            var id = Path.GetFileName(directory);
            var file = Path.Combine(directory, FileName);
            if (File.Exists(file))
            {
                Read(id, file);
            }
            else if (CertificateName.IsLoadBalancerId(id) && (File.Exists(Path.Combine(directory, MarkName)) || !File.Exists(Path.Combine(directory, "haproxy.cfg"))))
            {
                unfinished.Add(id);
            }
        }

        return unfinished.ToValueList();
    }

    private void Read(string id, string file)
    {
        try
        {
            _inForce = _inForce.SetItem(id, GenerationFile.Read(File.ReadAllBytes(file)));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Log.Unreadable(logger, id, file, e.Message);
        }
    }

    private IEnumerable<string> ManagedOverApi1() => Directories().Select(static directory => Path.GetFileName(directory)).Where(IsManagedOverApi1);

    private IEnumerable<string> Directories() =>
        Directory.Exists(options.BasePath) ? Directory.EnumerateDirectories(options.BasePath) : [];

    private string PathOf(string loadBalancerId, string name) => Path.Combine(options.BasePath, loadBalancerId, name);

    private static partial class Log
    {
        [LoggerMessage(300, LogLevel.Error, "load balancer {LoadBalancer}: {File} cannot be used: {Reason}")]
        public static partial void Unreadable(ILogger logger, string loadBalancer, string file, string reason);
    }
}
