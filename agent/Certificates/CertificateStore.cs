// Certificate, CA and CRL files of load balancers: <base_cert_dir>/<load balancer>/<40 hex>.pem, mode 0600.
using System.Security.Cryptography;
using Amphora.Agent.Actions;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Amphora.Linux.Files;

namespace Amphora.Agent.Certificates;

/// <summary>The files on disk are the truth; nothing is remembered.</summary>
internal sealed class CertificateStore(CertificateOptions options)
{
    /// <summary>The largest file taken, in bytes: room for a revocation list, far above any chain.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>SHA-256 as documents spell it: 64 lower-case hex digits.</summary>
    public static string Digest(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Digest and size of a file, or null when it is not there.</summary>
    public CertificateFile? Find(string loadBalancerId, string file)
    {
        try
        {
            using var stream = File.OpenRead(PathOf(loadBalancerId, file));
            return new CertificateFile(file, Convert.ToHexStringLower(SHA256.HashData(stream)), stream.Length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The content of a file, or null when it is not there.</summary>
    public byte[]? Read(string loadBalancerId, string file) => OptionalFile.ReadBytes(PathOf(loadBalancerId, file));

    /// <summary>Writes a file; content that is there already is left alone.</summary>
    public Outcome<CertificateFile> Write(string loadBalancerId, string file, byte[] content)
    {
        var path = PathOf(loadBalancerId, file);
        return OperatingSystemFailure.Try($"write {path}", () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
            AtomicFile.Write(path, content, OwnerOnly);
            return new CertificateFile(file, Digest(content), content.Length);
        });
    }

    /// <summary>Deletes a file; one that is not there is success.</summary>
    public Failure? Delete(string loadBalancerId, string file)
    {
        var path = PathOf(loadBalancerId, file);
        return OperatingSystemFailure.Try($"delete {path}", () => { AtomicFile.Delete(path); });
    }

    /// <summary>Deletes all files of a load balancer.</summary>
    public Failure? DeleteAll(string loadBalancerId)
    {
        var directory = Path.Combine(options.BaseCertDir, loadBalancerId);
        return OperatingSystemFailure.Try($"delete {directory}", () =>
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        });
    }

    /// <summary>V5, the part that needs the disk: every file a document names is there and has the digest it says.</summary>
    public ValueList<Fault> Check(DesiredStateDocument document)
    {
        var faults = new List<Fault>();
        var id = document.LoadBalancer.Id.ToString("D");
        for (var i = 0; i < document.TlsFiles.Count; i++)
        {
            var wanted = document.TlsFiles[i];
            var found = Find(id, wanted.File);
            if (found is null)
            {
                faults.Add(new Fault($"/tls_files/{i}/file", "V5", $"{wanted.File} has not been uploaded: PUT it to /2.0/load-balancers/{id}/certificates/{wanted.File} first"));
            }
            else if (found.Sha256 != wanted.Sha256)
            {
                faults.Add(new Fault($"/tls_files/{i}/sha256", "V5", $"{wanted.File} on this amphora has the digest {found.Sha256}, not {wanted.Sha256}"));
            }
        }

        return faults.ToValueList();
    }

    private string PathOf(string loadBalancerId, string file) => Path.Combine(options.BaseCertDir, loadBalancerId, file);
}
