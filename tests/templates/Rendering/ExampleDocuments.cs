// The example documents of the contract and the texts they become.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Rendering;

namespace Amphora.Templates.Tests.Rendering;

public sealed class ExampleDocuments
{
    private static readonly string Golden = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(SourcePath())!, "../../golden"));

    public static TheoryData<string> Names => [.. Directory.GetFiles($"{Golden}/documents", "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_becomes_its_golden_files(string name)
    {
        var rendered = Texts(Read(name).Files());

        if (Environment.GetEnvironmentVariable("AMPHORA_UPDATE_GOLDEN") == "1")
        {
            Update(name, rendered);
        }

        var expected = Directory.GetFiles($"{Golden}/rendered/{name}").ToDictionary(path => Path.GetFileName(path), File.ReadAllText);
        Assert.Equal(expected.OrderBy(file => file.Key, StringComparer.Ordinal), rendered.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_text_ends_with_one_line_feed_and_has_no_blanks_before_one(string name) => Assert.All(Texts(Read(name).Files()).Values, text =>
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"[ \t\r]\n|\n\n\z|\n\n\n|\A\n", text);
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_renders_the_same_twice(string name) => Assert.Equal(Read(name).Files(), Read(name).Files());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Haproxy_takes_every_example(string name)
    {
        using var directory = new ScratchDirectory();
        var files = RealPrograms.Place(directory, Read(name)).Files();
        if (files.HaproxyConfig is null)
        {
            Assert.NotEmpty(files.Lvs);
            return;
        }

        var (exitCode, output) = await RealPrograms.CheckHaproxy(directory, files, TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("[ALERT]", output, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown peer", output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Keepalived_takes_every_example(string name)
    {
        using var directory = new ScratchDirectory();
        var files = RealPrograms.Place(directory, Read(name)).Files();
        string[] texts = [.. files.Lvs.Select(file => file.Text), .. files.KeepalivedConfig is { } vrrp ? new[] { vrrp } : []];

        foreach (var text in texts)
        {
            var faults = await RealPrograms.CheckKeepalived(directory, text, TestContext.Current.CancellationToken);

            Assert.True(faults.Length == 0, $"{faults}\n{text}");
        }
    }

    internal static byte[] Bytes(string name) => File.ReadAllBytes($"{Golden}/documents/{name}.json");

    internal static DesiredStateDocument Read(string name)
    {
        var result = DesiredStateReader.Read(Bytes(name));
        Assert.Empty(result.Faults);
        return result.Document!;
    }

    // Named as `amphora-agent render` names them.
    private static Dictionary<string, string> Texts(RenderedLoadBalancer files)
    {
        var texts = new Dictionary<string, string>();
        Add("haproxy.cfg", files.HaproxyConfig);
        Add("keepalived.conf", files.KeepalivedConfig);
        Add("nftables.rules", files.Nftables);
        foreach (var lvs in files.Lvs)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"lvs-{lvs.ListenerId}.conf"), lvs.Text);
        }

        foreach (var list in files.CrtLists)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"crt-list-{list.ListenerId}.pem"), list.Text);
        }

        return texts;

        void Add(string file, string? text)
        {
            if (text is not null)
            {
                texts.Add(file, text);
            }
        }
    }

    private static void Update(string name, Dictionary<string, string> texts)
    {
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "golden files are rewritten by people, who read the difference, not by CI");
        var directory = Directory.CreateDirectory($"{Golden}/rendered/{name}");
        foreach (var old in directory.GetFiles())
        {
            old.Delete();
        }

        foreach (var (file, text) in texts)
        {
            File.WriteAllText($"{directory.FullName}/{file}", text, new UTF8Encoding(false));
        }
    }

    private static string SourcePath([CallerFilePath] string path = "") => path;
}
