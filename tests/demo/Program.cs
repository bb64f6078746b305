// The demonstration: a load balancer of two amphorae is created, used, damaged, repaired and deleted.
using System.Runtime.InteropServices;
using Amphora.Demo;

using CancellationTokenSource stop = new();
int exitCode = 0;
// Ctrl-C and SIGTERM end the current step; what was made is removed on the way out.
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 130));
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 143));
Report report = new();
try
{
    await Demonstration.RunAsync(report, stop.Token);
    return report.Finish() ? 0 : 1;
}
catch (Exception exception) when (stop.IsCancellationRequested)
{
    // Ctrl-C reaches the programs it runs as well: they may have failed first.
    Console.WriteLine($"\nstopped, {exception.Message.ReplaceLineEndings(" ")} Everything that was made is removed.");
    return exitCode;
}
catch (Exception exception) when (exception is InvalidOperationException or TimeoutException or IOException)
{
    Console.WriteLine($"\nthe demonstration broke off: {exception.Message}");
    return 1;
}

void Stop(PosixSignalContext context, int code)
{
    context.Cancel = true;
    exitCode = code;
    stop.Cancel();
}
