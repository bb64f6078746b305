// <errno.h>: the numbers somebody here decides on.
namespace Amphora.Linux.Native;

internal static partial class Libc
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int EEXIST = 17;
    internal const int ENODEV = 19;
    internal const int EINVAL = 22;
    internal const int EOPNOTSUPP = 95;
    internal const int ENOBUFS = 105;
    internal const int EADDRNOTAVAIL = 99;
}
