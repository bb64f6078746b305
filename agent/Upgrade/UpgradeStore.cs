// What is known of the last upgrade, on disk.
using System.Text.Json;
using Amphora.Contract.Rest;
using Amphora.Linux.Files;

namespace Amphora.Agent.Upgrade;

/// <summary>upgrade.json tells the state; the mark is there while it is unfinished, for the ConditionPathExists= of the guard's unit. The mark
/// is there whenever the state says "trying": one more than needed does no harm.</summary>
internal sealed class UpgradeStore(UpgradeOptions options)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string StateFile => Path.Combine(options.Directory, "upgrade.json");

    private string Mark => Path.Combine(options.Directory, "upgrade-unfinished");

    /// <summary>The last upgrade; null when there has been none, or what is there cannot be understood.</summary>
    public AgentUpgrade? Read()
    {
        try
        {
            return File.Exists(StateFile) ? JsonSerializer.Deserialize(File.ReadAllBytes(StateFile), ContractJson.Default.AgentUpgrade) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An upgrade is to be tried; survives a power cut.</summary>
    public void Begin(AgentUpgrade upgrade)
    {
        AtomicFile.WriteText(Mark, "", OwnerOnly);
        Write(upgrade);
    }

    /// <summary>It is over.</summary>
    public void End(AgentUpgrade upgrade)
    {
        Write(upgrade);
        Forget();
    }

    /// <summary>There is nothing to finish.</summary>
    public void Forget() => AtomicFile.Delete(Mark);

    /// <summary>It was not even begun: what was known before is known again.</summary>
    /// <param name="before">What <see cref="Read"/> said then.</param>
    public void Undo(AgentUpgrade? before)
    {
        if (before is null)
        {
            AtomicFile.Delete(StateFile);
        }
        else
        {
            Write(before);
        }

        Forget();
    }

    private void Write(AgentUpgrade upgrade) =>
        AtomicFile.Write(StateFile, JsonSerializer.SerializeToUtf8Bytes(upgrade, ContractJson.Default.AgentUpgrade), OwnerOnly);
}
