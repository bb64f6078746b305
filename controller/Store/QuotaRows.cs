// The table quotas: how much a project may have, and how much it has.
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>A project's quota of one kind.</summary>
/// <param name="ProjectId">Whose.</param>
/// <param name="Kind">Of what.</param>
/// <param name="Limit">Most there may be; <see cref="Unlimited"/>; null: the default of the day.</param>
/// <param name="InUse">How many there are.</param>
internal sealed record QuotaRow(string ProjectId, QuotaKind Kind, int? Limit, int InUse)
{
    /// <summary>No limit.</summary>
    public const int Unlimited = -1;

    internal static QuotaRow Read(SqlRow row) =>
        new(row.Text("project_id"), row.Word("kind", StoreNames.QuotaKinds), row.NumberOrNull("most"), (int)row.Number("in_use"));
}

/// <summary>Quotas (load-balancer-api.md §13).</summary>
internal sealed class QuotaRows(DatabaseTransaction transaction)
{
    /// <summary>Counts new objects of several kinds, all or none of them. Who takes of the same project at the same time waits.</summary>
    /// <param name="projectId">Whose.</param>
    /// <param name="amounts">How many of each kind.</param>
    /// <param name="defaults">Limits where the project has none of its own; a kind that is missing is unlimited.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The kinds whose quota is met; none: they are counted.</returns>
    public async Task<IReadOnlyList<QuotaKind>> TakeAsync(
        string projectId, IReadOnlyDictionary<QuotaKind, int> amounts, IReadOnlyDictionary<QuotaKind, int> defaults, CancellationToken cancellationToken)
    {
        if (amounts.Count == 0)
        {
            return [];
        }

        await AddRowsAsync(projectId, amounts.Keys, cancellationToken);
        var rows = await transaction.ListAsync(
            $"""
            SELECT project_id, kind, most, in_use FROM quotas WHERE project_id = {projectId} AND kind IN ({amounts.Keys.Select(StoreNames.ToWire)})
            ORDER BY kind{transaction.Dialect.ForUpdate}
            """,
            QuotaRow.Read,
            cancellationToken);
        List<QuotaKind> met = [.. rows.Where(row => IsMet(row, amounts[row.Kind], defaults)).Select(row => row.Kind).Order()];
        if (met.Count == 0)
        {
            await CountAsync(projectId, amounts, cancellationToken);
        }

        return met;
    }

    /// <summary>Counts objects that are gone; never below none.</summary>
    public Task GiveBackAsync(string projectId, IReadOnlyDictionary<QuotaKind, int> amounts, CancellationToken cancellationToken) =>
        CountAsync(projectId, amounts.ToDictionary(amount => amount.Key, amount => -amount.Value), cancellationToken);

    /// <summary>Of one project; empty: it has none of its own.</summary>
    public Task<IReadOnlyList<QuotaRow>> GetAsync(string projectId, CancellationToken cancellationToken) => transaction.ListAsync(
        $"SELECT project_id, kind, most, in_use FROM quotas WHERE project_id = {projectId} ORDER BY kind", QuotaRow.Read, cancellationToken);

    /// <summary>Of all projects that have any.</summary>
    public Task<IReadOnlyList<QuotaRow>> ListAsync(CancellationToken cancellationToken) =>
        transaction.ListAsync($"SELECT project_id, kind, most, in_use FROM quotas ORDER BY project_id, kind", QuotaRow.Read, cancellationToken);

    /// <summary>Stores the limits that are given and leaves the others; null: the default.</summary>
    public async Task SetAsync(string projectId, IReadOnlyDictionary<QuotaKind, int?> limits, CancellationToken cancellationToken)
    {
        if (limits.Count > 0)
        {
            await AddRowsAsync(projectId, limits.Keys, cancellationToken);
        }

        foreach (var (kind, limit) in limits.OrderBy(limit => limit.Key.ToWire(), StringComparer.Ordinal))
        {
            await transaction.ExecuteAsync($"UPDATE quotas SET most = {limit} WHERE project_id = {projectId} AND kind = {kind.ToWire()}", cancellationToken);
        }
    }

    /// <summary>All limits of a project are the defaults again; what is in use is kept.</summary>
    /// <returns>False when it has no quotas.</returns>
    public async Task<bool> ResetAsync(string projectId, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync($"UPDATE quotas SET most = NULL WHERE project_id = {projectId}", cancellationToken) > 0;

    private static bool IsMet(QuotaRow row, int amount, IReadOnlyDictionary<QuotaKind, int> defaults)
    {
        var limit = row.Limit ?? defaults.GetValueOrDefault(row.Kind, QuotaRow.Unlimited);
        return limit != QuotaRow.Unlimited && row.InUse + amount > limit;
    }

    // In the order of the kinds, as every lock here: two who take several kinds cannot wait for each other.
    private async Task AddRowsAsync(string projectId, IEnumerable<QuotaKind> kinds, CancellationToken cancellationToken)
    {
        var rows = new SqlValues(kinds.Select(StoreNames.ToWire).Order(StringComparer.Ordinal).Select(kind => new object?[] { projectId, kind, null, 0 }));
        await transaction.ExecuteAsync($"INSERT INTO quotas (project_id, kind, most, in_use) VALUES {rows} ON CONFLICT (project_id, kind) DO NOTHING", cancellationToken);
    }

    private async Task CountAsync(string projectId, IReadOnlyDictionary<QuotaKind, int> changes, CancellationToken cancellationToken)
    {
        foreach (var (kind, change) in changes.OrderBy(change => change.Key.ToWire(), StringComparer.Ordinal))
        {
            await transaction.ExecuteAsync(
                $"""
                UPDATE quotas SET in_use = CASE WHEN in_use + {change} < 0 THEN 0 ELSE in_use + {change} END
                WHERE project_id = {projectId} AND kind = {kind.ToWire()}
                """,
                cancellationToken);
        }
    }
}
