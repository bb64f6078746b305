// Pieces of requests that are wrong in one way or another, by chance.
using System.Text;

namespace Amphora.EndToEnd.Tests.Hostile;

/// <summary>Everything is drawn from one random sequence, so that a seed tells the whole test.</summary>
internal sealed class HostileText(Random random)
{
    private static readonly string[] Tricks =
        ["%2e%2e%2f", "..%2f", "%00", "%c0%af", "%252e%252e", "%zz", "%", "%2", "//", "/./", "/../", ";a=b", "?", "#", "%0d%0aX:y", "\\", "%ff%fe", "+", "*", "~", "|", "{id}", "%e2%80%ae", "..;/"];

    private static readonly string[] Methods = ["PATCH", "TRACE", "CONNECT", "OPTIONS", "get", "PUT ", "G\u0001T", "DELETE", "POST", "HEAD", "PROPFIND", "X", new string('M', 300), ""];

    private static readonly string[] Values =
        ["null", "true", "-1", "0", "1e400", "99999999999999999999", "0.5", "\"\"", "[]", "{}", "\"\\u0000\"", "\"\\ud800\"", "\"../../etc/passwd\"", "\"a\\nb\"", "[[[[[[]]]]]]", "\"\\\"; quit\"", "01", "NaN", "'x'", "\"%s\""];

    /// <summary>A token of the alternatives.</summary>
    public T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>A method nobody or somebody understands.</summary>
    public string Method() => Any(Methods);

    /// <summary>A path with tricks in it.</summary>
    public string Path()
    {
        StringBuilder path = new("/" + Any(["1.0", "2.0", "3.0", "", "1.0/loadbalancer", "2.0/load-balancers", "2.0/ports", "1.0/listeners", "1.0/plug", "1.0/vrrp", "1.0/interface"]));
        for (int piece = random.Next(1, 6); piece > 0; piece--)
        {
            path.Append(random.Next(3) switch
            {
                0 => Any(Tricks),
                1 => "/" + Guid.NewGuid(),
                _ => "/" + Word(random.Next(1, 40)),
            });
        }

        return path.Append(random.Next(50) == 0 ? Word(random.Next(4000, 12000)) : "").ToString();
    }

    /// <summary>Letters and digits.</summary>
    public string Word(int length) => string.Create(length, random, static (letters, random) =>
    {
        for (int at = 0; at < letters.Length; at++)
        {
            letters[at] = "abcdefghijklmnopqrstuvwxyz0123456789_-"[random.Next(38)];
        }
    });

    /// <summary>Any bytes.</summary>
    public byte[] Noise(int most)
    {
        byte[] noise = new byte[random.Next(1, most)];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>A JSON text that was right, made wrong: bytes changed, cut, doubled, values replaced.</summary>
    public byte[] Mutated(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            int at = random.Next(bytes.Length);
            bytes = random.Next(6) switch
            {
                0 => bytes[..at],
                1 => [.. bytes[..at], .. bytes[(at / 2)..]],
                2 => [.. bytes[..at], .. Noise(20), .. bytes[at..]],
                3 => Replaced(bytes, at),
                4 => [.. bytes[..at], (byte)"{}[]\":,\0"[random.Next(8)], .. bytes[(at + 1)..]],
                _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            };
            if (bytes.Length == 0)
            {
                return bytes;
            }
        }

        return bytes;
    }

    /// <summary>JSON nobody should read to its end.</summary>
    public byte[] Deep() => Encoding.UTF8.GetBytes(random.Next(4) switch
    {
        0 => new string('[', random.Next(100, 60_000)),
        1 => string.Concat(Enumerable.Repeat("{\"loadbalancer\":", random.Next(100, 3000))),
        2 => "{\"loadbalancer\":" + new string('[', 5000) + new string(']', 5000) + "}",
        _ => "{" + string.Join(',', Enumerable.Repeat("\"schema_version\":1", random.Next(100, 3000))) + "}",
    });

    // The value behind some colon becomes another one.
    private byte[] Replaced(byte[] bytes, int from)
    {
        int colon = Array.IndexOf(bytes, (byte)':', from);
        if (colon < 0)
        {
            return bytes;
        }

        int end = bytes.AsSpan(colon + 1).IndexOfAny((byte)',', (byte)'}', (byte)']');
        return end < 0 ? bytes : [.. bytes[..(colon + 1)], .. Encoding.UTF8.GetBytes(Any(Values)), .. bytes[(colon + 1 + end)..]];
    }
}
