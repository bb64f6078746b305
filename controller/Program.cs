// amphora-controller: the command line that orchestration calls.
using System.CommandLine;

return new RootCommand("Drives amphora agents over mutual TLS.").Parse(args).Invoke();
