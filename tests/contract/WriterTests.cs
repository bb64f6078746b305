// What is written is read back as the same document.
using Amphora.Contract.DesiredState;
using Xunit;

namespace Amphora.Contract.Tests;

public sealed class WriterTests
{
    public static TheoryData<string> Names => [.. Golden.Examples.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_survives_writing_and_reading(string name)
    {
        var document = DesiredStateReader.Read(Golden.Examples[name]).Document!;

        var written = DesiredStateWriter.Write(document);

        Assert.Equal(document, DesiredStateReader.Read(written).Document);
        Assert.Equal(written, DesiredStateWriter.Write(document));
        Assert.True(SchemaInterpreter.Document.Accepts(written));
    }

    [Fact]
    public void Every_good_document_survives_writing_and_reading()
    {
        foreach (var good in Case.Load("positive/documents.json").Values)
        {
            var document = DesiredStateReader.Read(good.Document).Document!;

            Assert.Equal(document, DesiredStateReader.Read(DesiredStateWriter.Write(document)).Document);
        }
    }

    [Fact]
    public void Every_setting_survives_writing_and_reading()
    {
        var document = DesiredStateReader.Read(Golden.Examples["01-tiny-http"]).Document! with
        {
            Settings = new Settings
            {
                BasePath = "/a",
                BaseCertDir = "/b",
                ConnectionLogging = false,
                UserLogFormat = "%ci",
                UserLogFacility = 7,
                AdministrativeLogFacility = 6,
                DefaultConnectionLimit = 9007199254740991,
                HaproxyStickSize = "1g",
                TimeoutClientData = 1,
                TimeoutMemberConnect = 2,
                TimeoutMemberData = 3,
                TimeoutTcpInspect = 4,
                VrrpCheckInterval = 50,
                VrrpFailCount = 6,
                VrrpSuccessCount = 7,
                VrrpGarpRefreshInterval = 8,
                VrrpGarpRefreshCount = 9,
            },
            HostFacts = new HostFacts(),
        };

        Assert.Equal(document, DesiredStateReader.Read(DesiredStateWriter.Write(document)).Document);
    }
}
