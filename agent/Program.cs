// amphora-agent: subcommands; each is one call into a front door.
using System.CommandLine;

return new RootCommand("The agent inside an Octavia amphora.").Parse(args).Invoke();
