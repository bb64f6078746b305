// Who may sign a binary.
using System.Security.Cryptography;
using Amphora.Agent.Actions;
using Amphora.Contract;

namespace Amphora.Agent.Upgrade;

/// <summary>The public keys of the image: blocks PUBLIC KEY, P-256, as many as wanted, so that one can take the place of another.</summary>
internal sealed class UpgradeKeys : IDisposable
{
    private const string Step = "verify the signature";
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly List<ECDsa> _keys = [];

    private UpgradeKeys()
    {
    }

    /// <summary>Reads them.</summary>
    /// <param name="file">PEM.</param>
    public static Outcome<UpgradeKeys> Read(string file)
    {
        if (!File.Exists(file))
        {
            return Unusable($"this image has no keys to verify a binary with ({file} is not there), so it takes none");
        }

        var keys = new UpgradeKeys();
        try
        {
            keys.Add(File.ReadAllText(file));
            if (keys._keys.Count > 0)
            {
                return keys;
            }

            keys.Dispose();
            return Unusable($"there is no block PUBLIC KEY in {file}");
        }
        catch (Exception exception) when (exception is CryptographicException || OperatingSystemFailure.Is(exception))
        {
            keys.Dispose();
            return Unusable($"cannot use the keys in {file}: {exception.Message}");
        }
    }

    /// <summary>True when one of the keys signed it.</summary>
    /// <param name="hash">SHA-256 of the content.</param>
    /// <param name="signature">ECDSA, in DER as openssl makes it.</param>
    public bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        foreach (var key in _keys)
        {
            if (key.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.ForEach(static key => key.Dispose());

    private void Add(string pem)
    {
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var block))
        {
            if (rest[block.Label] is "PUBLIC KEY")
            {
                var key = ECDsa.Create();
                _keys.Add(key);
                key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(rest[block.Base64Data].ToString()), out _);
                if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != P256)
                {
                    throw new CryptographicException("a key is not on the curve P-256");
                }
            }

            rest = rest[block.Location.End..];
        }
    }

    private static Failure Unusable(string message) => new(Step, message) { Kind = FailureKind.Conflict };
}
