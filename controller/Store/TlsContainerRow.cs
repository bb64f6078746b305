// The table tls_containers: what listeners and pools refer to by …_container_ref.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>A certificate with its key, CA certificates, or a revocation list.</summary>
internal sealed record TlsContainerRow
{
    // In front of the id, so that references of other key managers can be told apart.
    private const string Scheme = "local:";

    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose it is: nobody else's load balancer may refer to it.</summary>
    public required string ProjectId { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>What is in it.</summary>
    public required TlsFileKind Kind { get; init; }

    /// <summary>Name of its file in amphorae.</summary>
    public required string File { get; init; }

    /// <summary>Digest of the file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The file, sealed.</summary>
    public required string Content { get; init; }

    /// <summary>When the first of its certificates ends; of a list: when the next one is due.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What listeners and pools call it.</summary>
    public string Ref => $"{Scheme}{Id}";

    internal static SqlFragment Columns { get; } = new("id, project_id, name, kind, file, sha256, content, not_after, created_at");

    /// <summary>The id in a reference; false when it is none of ours.</summary>
    public static bool TryReadRef(string reference, out Guid id)
    {
        id = default;
        return reference.StartsWith(Scheme, StringComparison.Ordinal) && Guid.TryParse(reference.AsSpan(Scheme.Length), out id);
    }

    internal static TlsContainerRow Read(SqlRow row) => new()
    {
        Id = row.Id("id"),
        ProjectId = row.Text("project_id"),
        Name = row.Text("name"),
        Kind = row.Word("kind", WireNames.TlsFileKinds),
        File = row.Text("file"),
        Sha256 = row.Text("sha256"),
        Content = row.Text("content"),
        NotAfter = row.TimeOrNull("not_after"),
        CreatedAt = row.Time("created_at"),
    };
}

/// <summary>TLS containers.</summary>
internal sealed class TlsContainerRows(DatabaseTransaction transaction)
{
    /// <summary>A new one.</summary>
    public Task InsertAsync(TlsContainerRow row, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        INSERT INTO tls_containers ({TlsContainerRow.Columns}) VALUES (
            {row.Id}, {row.ProjectId}, {row.Name}, {row.Kind.ToWire()}, {row.File}, {row.Sha256}, {row.Content}, {row.NotAfter}, {transaction.Now})
        """,
        cancellationToken);

    /// <summary>All, or those of a project. Oldest first.</summary>
    public Task<IReadOnlyList<TlsContainerRow>> ListAsync(string? projectId, CancellationToken cancellationToken) => transaction.ListAsync(
        $"SELECT {TlsContainerRow.Columns} FROM tls_containers WHERE true {SqlText.AndProject(projectId)} ORDER BY created_at, id", TlsContainerRow.Read, cancellationToken);

    /// <summary>Those with these ids; in a transaction that changes something they are there until it ends.</summary>
    public async Task<IReadOnlyList<TlsContainerRow>> GetAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => ids.Count == 0 ? [] : await transaction.ListAsync(
        $"SELECT {TlsContainerRow.Columns} FROM tls_containers WHERE id IN ({ids}) ORDER BY id{(transaction.Access == DatabaseAccess.Write ? transaction.Dialect.ForKeyShare("tls_containers") : default)}", TlsContainerRow.Read, cancellationToken);

    /// <summary>Removes one.</summary>
    /// <returns>Who still refers to it: then nothing is removed once the transaction is abandoned.</returns>
    public async Task<IReadOnlyList<Guid>> DeleteAsync(TlsContainerRow row, CancellationToken cancellationToken)
    {
        // First: whoever refers to it now has been there before, or does not find it any more.
        await transaction.ExecuteAsync($"DELETE FROM tls_containers WHERE id = {row.Id}", cancellationToken);
        var any = $"%{row.Ref}%";
        return await transaction.ListAsync($"SELECT id FROM objects WHERE body LIKE {any} ORDER BY id", static found => found.Id("id"), cancellationToken);
    }
}
