// Signatures as openssl makes them, and keys as people put them together.
using System.Security.Cryptography;
using Amphora.Agent.Upgrade;
using Amphora.Contract;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.Upgrade;

public sealed class UpgradeKeysTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_openssl_signed_with_any_of_the_keys_verifies_and_nothing_else_does()
    {
        await MakeAsync("old");
        await MakeAsync("new");
        await MakeAsync("other");
        var keys = _folder.Write("keys.pem", $"for the years to come\n{await PemAsync("old")}\n{await PemAsync("new")}");
        var file = _folder.Write("binary", "a program");

        using var trusted = UpgradeKeys.Read(keys).Value;
        var hash = SHA256.HashData(await File.ReadAllBytesAsync(file, Cancellation));
        var (byOld, byNew, byOther) = (await SignAsync("old", file), await SignAsync("new", file), await SignAsync("other", file));

        Assert.True(trusted.Verify(hash, byOld));
        Assert.True(trusted.Verify(hash, byNew));
        Assert.False(trusted.Verify(hash, byOther));
        Assert.False(trusted.Verify(SHA256.HashData("another program"u8), byNew));
        Assert.False(trusted.Verify(hash, [1, 2, 3]));
    }

    [Theory]
    [InlineData("", "no block PUBLIC KEY")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "cannot use the keys")]
    public void A_file_without_usable_keys_says_so(string text, string words) => Unusable(_folder.Write("keys.pem", text), words);

    [Fact]
    public void No_file_says_so() => Unusable(_folder["none.pem"], "has no keys");

    [Fact]
    public void Another_curve_is_no_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Unusable(_folder.Write("keys.pem", key.ExportSubjectPublicKeyInfoPem()), "P-256");
    }

    private static void Unusable(string file, string words)
    {
        var failure = UpgradeKeys.Read(file).Failure!;

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    private Task MakeAsync(string name) => Command.OutputAsync(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", _folder[name]], Cancellation);

    private Task<string> PemAsync(string name) => Command.OutputAsync(["openssl", "pkey", "-in", _folder[name], "-pubout"], Cancellation);

    private async Task<byte[]> SignAsync(string name, string file)
    {
        await Command.OutputAsync(["openssl", "dgst", "-sha256", "-sign", _folder[name], "-out", _folder["signature"], file], Cancellation);
        return await File.ReadAllBytesAsync(_folder["signature"], Cancellation);
    }
}
