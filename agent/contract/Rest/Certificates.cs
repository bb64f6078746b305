// /2.0/load-balancers/{id}/certificates/{file}.
namespace Amphora.Contract.Rest;

/// <summary>Answer of PUT and GET: never the content.</summary>
/// <param name="File">40 hex digits and <c>.pem</c>.</param>
/// <param name="Sha256">Of the content, 64 hex digits.</param>
/// <param name="Size">Bytes.</param>
public sealed record CertificateFile(string File, string Sha256, long Size);
