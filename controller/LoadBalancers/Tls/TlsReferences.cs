// Pure: which TLS containers a load balancer's tree refers to.
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;

namespace Amphora.Controller.LoadBalancers.Tls;

/// <summary>A reference.</summary>
/// <param name="Field">The field, as <c>default_tls_container_ref</c>.</param>
/// <param name="Ref">What it says.</param>
/// <param name="Kind">What has to be in the container.</param>
internal sealed record TlsReference(string Field, string Ref, TlsFileKind Kind)
{
    private static readonly (string Parents, string Field, TlsFileKind Kind)[] s_fields =
    [
        ("listeners", "default_tls_container_ref", TlsFileKind.Certificate),
        ("listeners", "sni_container_refs", TlsFileKind.Certificate),
        ("listeners", "client_ca_tls_container_ref", TlsFileKind.Ca),
        ("listeners", "client_crl_container_ref", TlsFileKind.Crl),
        ("pools", "tls_container_ref", TlsFileKind.Certificate),
        ("pools", "ca_tls_container_ref", TlsFileKind.Ca),
        ("pools", "crl_container_ref", TlsFileKind.Crl),
    ];

    /// <summary>All of a tree, each once.</summary>
    /// <param name="tree">An object with listeners and pools.</param>
    public static IReadOnlyList<TlsReference> In(JsonObject tree) =>
    [
        .. s_fields.SelectMany(field => (tree[field.Parents] as JsonArray ?? []).SelectMany(node => Words(node?[field.Field])).Select(word => new TlsReference(field.Field, word, field.Kind))).Distinct(),
    ];

    private static IEnumerable<string> Words(JsonNode? value) => value switch
    {
        JsonArray list => list.SelectMany(Words),
        JsonValue one when one.TryGetValue(out string? word) && word.Length > 0 => [word],
        _ => [],
    };
}
