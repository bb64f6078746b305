// Cards that come and go while a machine runs, as Nova plugs a VIP port.
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>Plugs and unplugs.</summary>
internal static class VmCards
{
    /// <summary>Connects to a machine's qemu.</summary>
    /// <exception cref="IOException">It does not run.</exception>
    public static Task<QmpConnection> OpenAsync(VmFolder folder, CancellationToken cancellationToken) =>
        QmpConnection.OpenAsync(folder.Socket, QemuTimeouts.Command, () => false, cancellationToken);

    /// <summary>Puts a card in.</summary>
    public static async Task<Failure?> PlugAsync(VmFolder folder, VmRecord record, WantedNic wanted, CancellationToken cancellationToken)
    {
        var specification = record.Specification;
        var slot = Enumerable.Range(QemuArguments.FirstNicSlot, QemuArguments.LastNicSlot - QemuArguments.FirstNicSlot + 1)
            .FirstOrDefault(free => !specification.Nics.Exists(nic => nic.Slot == free));
        if (slot == 0 || specification.Nics.Exists(nic => nic.Mac == wanted.Mac))
        {
            return new Failure("plug the card", $"cannot plug {wanted.Mac}: {(slot == 0 ? "every slot is taken" : $"{folder.Name} has it already")}") { Kind = FailureKind.Conflict };
        }

        var nic = HostNetwork.ToNic(wanted, folder, slot);
        if (HostNetwork.Check(specification.NetworkNamespace, null, [nic]) is { } unusable)
        {
            return unusable;
        }

        using var qmp = await OpenAsync(folder, cancellationToken);
        await AddAsync(qmp, specification.NetworkNamespace, nic, cancellationToken);
        folder.WriteRecord(record with { Specification = specification with { Nics = [.. specification.Nics, nic] } });
        return null;
    }

    /// <summary>Takes a card out: the guest gives it back first.</summary>
    public static async Task<Failure?> UnplugAsync(VmFolder folder, VmRecord record, string mac, CancellationToken cancellationToken)
    {
        var specification = record.Specification;
        if (specification.Nics.FirstOrDefault(card => card.Mac == mac) is not { } nic)
        {
            return new Failure("unplug the card", $"cannot unplug {mac}: {folder.Name} has no such card") { Kind = FailureKind.NotFound };
        }

        using var qmp = await OpenAsync(folder, cancellationToken);
        await qmp.ExecuteAsync("device_del", writer => writer.WriteString("id", nic.Id), cancellationToken);
        await qmp.WaitForEventAsync(
            "DEVICE_DELETED",
            told => told.GetProperty("data").TryGetProperty("device", out var device) && device.GetString() == nic.Id,
            QemuTimeouts.Unplug,
            cancellationToken);
        await qmp.ExecuteAsync("netdev_del", writer => writer.WriteString("id", NetworkOf(nic)), cancellationToken);
        folder.WriteRecord(record with { Specification = specification with { Nics = specification.Nics.Where(card => card != nic).ToValueList() } });
        return null;
    }

    // The tap first: what the guest gets is connected.
    private static async Task AddAsync(QmpConnection qmp, string? networkNamespace, VmNic nic, CancellationToken cancellationToken)
    {
        await qmp.ExecuteAsync("netdev_add", writer =>
        {
            writer.WriteString("type", "tap");
            writer.WriteString("id", NetworkOf(nic));
            writer.WriteString("ifname", nic.Tap);
            writer.WriteString("script", "no");
            writer.WriteString("downscript", "no");
        }, cancellationToken);
        try
        {
            HostNetwork.Plug(networkNamespace, nic);
            await qmp.ExecuteAsync("device_add", writer =>
            {
                writer.WriteString("driver", "virtio-net-pci");
                writer.WriteString("netdev", NetworkOf(nic));
                writer.WriteString("id", nic.Id);
                writer.WriteString("mac", nic.Mac);
                writer.WriteString("addr", QemuArguments.Slot(nic.Slot));
                writer.WriteString("romfile", "");
            }, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await qmp.ExecuteAsync("netdev_del", writer => writer.WriteString("id", NetworkOf(nic)), cancellationToken);
            throw;
        }
    }

    private static string NetworkOf(VmNic nic) => $"net-{nic.Id}";
}
