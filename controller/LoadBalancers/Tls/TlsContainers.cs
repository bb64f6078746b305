// Certificates, CAs and revocation lists of tenants: sealed in the database, opened for the amphorae that serve with them.
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Tls;

/// <summary>The controller's own key manager, in the place of Barbican (load-balancer-api.md §8).</summary>
/// <param name="keys">Seal what is kept.</param>
internal sealed class TlsContainers(SealingKeys keys)
{
    /// <summary>A new container.</summary>
    /// <returns>Its row, sealed, to be recorded.</returns>
    public TlsContainerRow Seal(NewTlsContainer container)
    {
        var id = Guid.NewGuid();
        return new TlsContainerRow
        {
            Id = id,
            ProjectId = container.ProjectId,
            Name = container.Name,
            Kind = container.Kind,
            File = container.File,
            Sha256 = container.Sha256,
            Content = keys.Seal(Place(id), container.Content),
            NotAfter = container.NotAfter,
        };
    }

    /// <summary>The file of a container.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was sealed with a key that this controller does not have.</exception>
    public byte[] Open(TlsContainerRow row) => Encoding.UTF8.GetBytes(keys.Open(Place(row.Id), row.Content));

    /// <summary>The containers a tree refers to, or what is wrong with a reference.</summary>
    /// <param name="transaction">In it they are looked up.</param>
    /// <param name="tree">The load balancer's object of a document.</param>
    /// <param name="projectId">Whose load balancer: others' containers are not there for it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Decision<TlsContainerRow[]>> FindAsync(DatabaseTransaction transaction, JsonObject tree, string projectId, CancellationToken cancellationToken)
    {
        var references = TlsReference.In(tree);
        var ids = references.Select(static reference => TlsContainerRow.TryReadRef(reference.Ref, out var id) ? id : default).Where(static id => id != default).ToHashSet();
        var rows = (await new TlsContainerRows(transaction).GetAsync(ids, cancellationToken)).Where(row => row.ProjectId == projectId).ToDictionary(static row => row.Ref);
        foreach (var reference in references)
        {
            if (!rows.TryGetValue(reference.Ref, out var row) || row.Kind != reference.Kind)
            {
                return new Refusal(RefusalKind.Invalid, $"Invalid input for field/attribute {reference.Field}. Value: '{reference.Ref}'. "
                    + (row is null ? "There is no such TLS container." : $"It is a TLS container of kind {row.Kind.ToWire()}, {reference.Kind.ToWire()} is needed."));
            }
        }

        return rows.Values.ToArray();
    }

    private static string Place(Guid id) => $"tls_containers/{id}";
}

/// <summary>A container that is to be kept.</summary>
internal sealed record NewTlsContainer
{
    /// <summary>Whose.</summary>
    public required string ProjectId { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>What is in it.</summary>
    public required TlsFileKind Kind { get; init; }

    /// <summary>Name of its file in amphorae: 40 hexadecimal digits and <c>.pem</c>.</summary>
    public required string File { get; init; }

    /// <summary>The file.</summary>
    public required string Content { get; init; }

    /// <summary>Digest of the file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset? NotAfter { get; init; }
}
