// The kernel's no to a netlink request, in its own words.
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

/// <summary>The kernel refused a netlink request, or did not answer it.</summary>
/// <param name="operation">What was asked, as <c>add route 10.0.0.0/8 via 10.1.0.1</c>.</param>
/// <param name="errno">The error number.</param>
/// <param name="kernelText">The extended acknowledgement, as <c>Nexthop has invalid gateway</c>; null when the kernel said nothing more.</param>
public sealed class NetlinkException(string operation, int errno, string? kernelText = null)
    : LinuxException(operation, errno, kernelText);
