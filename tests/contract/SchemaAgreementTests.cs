// The reader and the JSON Schema say the same, and what is read can be written and read again.
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Amphora.Contract.Tests;

public sealed class SchemaAgreementTests
{
    private static readonly string[] TextFields =
    [
        "/loadbalancer/project_id", "/loadbalancer/vip_address", "/loadbalancer/listeners/0/tls_ciphers",
        "/loadbalancer/listeners/0/l7policies/0/rules/0/value", "/loadbalancer/listeners/0/l7policies/0/rules/0/key",
        "/loadbalancer/listeners/0/l7policies/3/redirect_url", "/loadbalancer/listeners/0/l7policies/5/rules/0/key",
        "/loadbalancer/pools/0/healthmonitor/url_path", "/loadbalancer/pools/0/healthmonitor/expected_codes",
        "/loadbalancer/pools/0/healthmonitor/domain_name", "/settings/base_path", "/settings/haproxy_stick_size",
        "/host_facts/haproxy_version", "/amphorae/0/vrrp_interface", "/tls_files/0/file",
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Reader_and_schema_agree_on_mutated_examples(int part)
    {
        for (var seed = part * 1000; seed < (part + 1) * 1000; seed++)
        {
            var document = Mutations.Make(seed);

            AssertAgreement(document, $"seed {seed}");
        }
    }

    [Fact]
    public void Reader_and_schema_agree_on_any_text_in_a_field()
    {
        var characters = Gen.Elements("aZ09-_.:/,%#'\"\\ \n\t{}[]()@é\u0085?;=+k2".ToCharArray());
        var texts = Gen.Sized(size => characters.ArrayOf(size % 12)).Select(letters => new string(letters));
        var property = Prop.ForAll(texts.ToArbitrary(), text =>
        {
            foreach (var field in TextFields)
            {
                var document = Golden.Parse("12-everything-active-standby");
                Patched.Set(document, field, JsonValue.Create(text));
                AssertAgreement(Patched.Bytes(document), $"{field} {text}");
            }
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), property);
    }

    private static void AssertAgreement(byte[] document, string origin)
    {
        var result = DesiredStateReader.Read(document);
        var broken = result.Faults.Where(fault => !IsBeyondSchema(fault)).ToArray();
        var accepted = SchemaInterpreter.Document.Accepts(document);

        Assert.True(accepted == (broken.Length == 0),
            $"{origin}: schema {(accepted ? "accepts" : "refuses")}, reader says {string.Join("; ", result.Faults)}");
        Assert.Equal(result.Faults.Count == 0, result.Document is not null);
        if (result.Document is { } read)
        {
            Assert.Equal(read, DesiredStateReader.Read(DesiredStateWriter.Write(read)).Document);
        }
    }

    // What the schema leaves open on purpose: the V rules, prefix lengths and leading zeros of networks, networks that are
    // equal as numbers, and integers beyond 2^53−1.
    private static bool IsBeyondSchema(Fault fault) =>
        fault.Rule[0] == 'V'
        || (fault.Rule is "format" && (fault.Path.EndsWith("/cidr", StringComparison.Ordinal)
            || fault.Path.EndsWith("/destination", StringComparison.Ordinal) || fault.Path.Contains("/allowed_cidrs/", StringComparison.Ordinal)))
        || (fault.Rule is "maximum" && (fault.Path.EndsWith("/connection_limit", StringComparison.Ordinal)
            || fault.Path.StartsWith("/settings/", StringComparison.Ordinal) || fault.Path.StartsWith("/host_facts/memory", StringComparison.Ordinal))
            && fault.Message.Contains("9007199254740992", StringComparison.Ordinal));
}
