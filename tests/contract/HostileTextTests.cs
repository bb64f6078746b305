// Bytes that are no document at all: one clear fault each, never an exception.
using System.Text;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Xunit;

namespace Amphora.Contract.Tests;

public sealed class HostileTextTests
{
    private static readonly byte[] Tiny = Golden.Examples["01-tiny-http"];

    [Fact]
    public void A_document_cut_anywhere_is_refused_as_json()
    {
        var end = Tiny.AsSpan().TrimEnd((byte)'\n').Length;
        for (var length = 0; length < end; length++)
        {
            var result = DesiredStateReader.Read(Tiny.AsSpan(0, length));

            Assert.Equal("json", Assert.Single(result.Faults).Rule);
        }
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        var random = new Random(1);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);

            Assert.Null(DesiredStateReader.Read(bytes).Document);
        }
    }

    [Fact]
    public void A_changed_byte_never_throws()
    {
        var random = new Random(2);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = Tiny.ToArray();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var result = DesiredStateReader.Read(bytes);

            Assert.Equal(result.Document is null, result.Faults.Count > 0);
        }
    }

    [Theory]
    [InlineData("null", "type")]
    [InlineData("[]", "type")]
    [InlineData("\"x\"", "type")]
    [InlineData("", "json")]
    [InlineData(" ", "json")]
    [InlineData("\uFEFF{}", "json")]
    [InlineData("{} {}", "json")]
    [InlineData("{}x", "json")]
    [InlineData("{}\0", "json")]
    [InlineData("{\"a\":1,}", "json")]
    [InlineData("{\"a\":01}", "json")]
    [InlineData("{\"a\":NaN}", "json")]
    [InlineData("{'a':1}", "json")]
    [InlineData("{/**/}", "json")]
    [InlineData("{\"a\":\"\\ud800\"}", "json")]
    [InlineData("{\"\\udc00\":1}", "json")]
    [InlineData("{\"a\":\"\n\"}", "json")]
    public void A_root_that_is_no_document_is_one_fault_of_the_root(string text, string rule)
    {
        var fault = Assert.Single(DesiredStateReader.Read(Encoding.UTF8.GetBytes(text)).Faults);

        Assert.Equal(("", rule), (fault.Path, fault.Rule));
    }

    [Fact]
    public void Invalid_UTF8_is_refused_wherever_it_stands()
    {
        foreach (var wrong in new byte[][] { [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf4, 0x90, 0x80, 0x80] })
        {
            byte[] document = [.. "{\"name\":\""u8, .. wrong, .. "\"}"u8];

            Assert.Equal("json", Assert.Single(DesiredStateReader.Read(document).Faults).Rule);
        }
    }

    [Fact]
    public void A_document_above_4_MiB_is_refused_before_it_is_read()
    {
        var document = new byte[DesiredStateDocument.MaxBytes + 1];
        document.AsSpan().Fill((byte)' ');
        Tiny.CopyTo(document, 0);

        Assert.Equal("maxBytes", Assert.Single(DesiredStateReader.Read(document).Faults).Rule);
        Assert.NotNull(DesiredStateReader.Read(document.AsSpan(0, DesiredStateDocument.MaxBytes)).Document);
    }

    [Fact]
    public void Nesting_beyond_32_is_refused()
    {
        var deep = Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 32)}{new string(']', 32)}}}");

        Assert.Equal("json", Assert.Single(DesiredStateReader.Read(deep).Faults).Rule);
    }

    [Theory]
    [InlineData("\"generation\": 1", "\"generation\": 1, \"generation\": 1", "/generation")]
    [InlineData("\"generation\": 1", "\"generation\": 1, \"gener\\u0061tion\": null", "/generation")]
    [InlineData("\"protocol\": \"HTTP\"", "\"protocol\": \"HTTP\", \"protocol\": \"TCP\"", "/loadbalancer/listeners/0/protocol")]
    public void A_field_given_twice_is_refused(string one, string two, string path)
    {
        var text = Encoding.UTF8.GetString(Tiny);
        var at = text.IndexOf(one, StringComparison.Ordinal);
        var document = Encoding.UTF8.GetBytes(text[..at] + two + text[(at + one.Length)..]);

        var fault = Assert.Single(DesiredStateReader.Read(document).Faults);

        Assert.Equal((path, "json"), (fault.Path, fault.Rule));
    }

    [Fact]
    public void An_escaped_name_and_an_escaped_value_mean_what_they_say()
    {
        var text = Encoding.UTF8.GetString(Tiny).Replace("\"topology\": \"SINGLE\"", "\"t\\u006fpology\": \"\\u0053INGLE\"", StringComparison.Ordinal);

        Assert.Empty(DesiredStateReader.Read(Encoding.UTF8.GetBytes(text)).Faults);
    }

    [Fact]
    public void More_than_1000_faults_end_with_one_that_says_so()
    {
        var document = Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 100_000).Select(number => $"\"x{number}\":0"))}}}");

        var faults = DesiredStateReader.Read(document).Faults;

        Assert.Equal(1001, faults.Count);
        Assert.Equal("maxFaults", faults[^1].Rule);
    }

    [Fact]
    public void A_VRRP_password_is_never_in_a_message()
    {
        var document = Golden.Parse("10-dual-stack-active-standby");
        Patched.Set(document, "/vrrp_group/vrrp_auth_pass", "my secret");

        Assert.DoesNotContain("my secret", Assert.Single(DesiredStateReader.Read(Patched.Bytes(document)).Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_of_random_bytes_is_refused()
    {
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes("{\"type\":\"vip\",\"vips\":[{\"ip_address\":\"10.0.0.1\",\"subnet_cidr\":\"10.0.0.0/8\"}]}");
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var result = PortReader.Read(bytes);

            Assert.Equal(result.Port is null, result.Faults.Count > 0);
        }
    }
}
