// amphora-controller: the command line that orchestration calls.
using Amphora.Controller.Cli;

return await CliSlice.RunAsync(args, Terminal.Open());
