// The unit of the controller, in systemd's own judgement.
using System.Globalization;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Health;

public sealed class UnitTests
{
    private const string Unit = "amphora-controller.service";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_understood_and_may_do_no_more_than_embedded_amphorae_need()
    {
        using TestFolder folder = new();
        string text = await File.ReadAllTextAsync(Path.Combine(Checkout.Top, "image/controller", Unit), Cancel);
        // The program need not be installed where the test runs.
        string file = folder.Write(Unit, text.Replace("/usr/bin/amphora-controller", "/bin/true", StringComparison.Ordinal));

        CommandResult verified = await Command.RunAsync(["systemd-analyze", "verify", "--man=no", file], Cancel);
        string security = await Command.OutputAsync(["systemd-analyze", "security", "--offline=true", "--no-pager", file], Cancel);

        Assert.True(verified.ExitCode == 0 && !verified.Errors.Contains(Unit, StringComparison.Ordinal), verified.Errors);
        string exposure = security.Split('\n').Single(line => line.Contains("Overall exposure level", StringComparison.Ordinal)).Split(':')[1].Trim().Split(' ')[0];
        Assert.InRange(double.Parse(exposure, CultureInfo.InvariantCulture), 0, 6);
    }
}
