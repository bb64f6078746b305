// Certificate files of earlier generations: a second name for each content, so that a rollback finds what was replaced or deleted since.
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Certificates;

/// <summary>A certificate file as it was.</summary>
/// <param name="File">Its name.</param>
/// <param name="Sha256">Its content, which is kept under this digest.</param>
internal sealed record KeptFile(string File, string Sha256);

/// <summary>Keeps <c>&lt;base_cert_dir&gt;/&lt;load balancer&gt;/.history/&lt;sha256&gt;</c>: keys stay where keys are kept, which is a disk in
/// memory on some amphorae. HAProxy passes over names with a dot when it is given the whole directory.</summary>
internal sealed class CertificateArchive(CertificateOptions options, CertificateStore store)
{
    private const string Folder = ".history";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Keeps the content of files; one that is not there is left out.</summary>
    public Outcome<ValueList<KeptFile>> Keep(string loadBalancerId, IEnumerable<string> files) => OperatingSystemFailure.Try(
        $"keep the certificates of load balancer {loadBalancerId}",
        () =>
        {
            var kept = new List<KeptFile>();
            var isAnyNew = false;
            foreach (var file in files.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                if (store.Find(loadBalancerId, file) is { } found)
                {
                    Directory.CreateDirectory(ArchiveOf(loadBalancerId), OwnerOnly);
                    isAnyNew |= HardLink.Create(Path.Combine(options.BaseCertDir, loadBalancerId, file), PathOf(loadBalancerId, found.Sha256));
                    kept.Add(new KeptFile(file, found.Sha256));
                }
            }

            if (isAnyNew)
            {
                AtomicFile.SyncDirectory(ArchiveOf(loadBalancerId));
            }

            return kept.ToValueList();
        });

    /// <summary>Makes the files be as they were; others stay as they are.</summary>
    public Failure? PutBack(string loadBalancerId, ValueList<KeptFile> files)
    {
        foreach (var file in files)
        {
            if (store.Find(loadBalancerId, file.File)?.Sha256 == file.Sha256)
            {
                continue;
            }

            var content = OperatingSystemFailure.Try($"read {file.File} as it was", () => File.ReadAllBytes(PathOf(loadBalancerId, file.Sha256)));
            if ((content.Failure ?? Check(file, content.Value) ?? store.Write(loadBalancerId, file.File, content.Value).Failure) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>Deletes what no generation that is kept needs.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="digests">What is needed.</param>
    public Failure? Sweep(string loadBalancerId, IReadOnlySet<string> digests) => OperatingSystemFailure.Try(
        $"forget certificates of load balancer {loadBalancerId}",
        () =>
        {
            var archive = ArchiveOf(loadBalancerId);
            foreach (var path in Directory.Exists(archive) ? Directory.GetFiles(archive) : [])
            {
                if (!digests.Contains(Path.GetFileName(path)))
                {
                    File.Delete(path);
                }
            }
        });

    private static Failure? Check(KeptFile file, byte[] content) => CertificateStore.Digest(content) == file.Sha256
        ? null
        : new Failure("read certificate", $"cannot put {file.File} back: what was kept of it is damaged");

    private string ArchiveOf(string loadBalancerId) => Path.Combine(options.BaseCertDir, loadBalancerId, Folder);

    private string PathOf(string loadBalancerId, string digest) => Path.Combine(ArchiveOf(loadBalancerId), digest);
}
