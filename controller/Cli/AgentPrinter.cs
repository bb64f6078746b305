// Prints what agents answered: a line an agent at least, errors with everything the agent said.
using System.Buffers;
using System.Text;
using System.Text.Json;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli;

/// <summary>Results to standard output, errors to standard error.</summary>
internal static class AgentPrinter
{
    /// <summary>Prints the answers and says the worst exit code.</summary>
    public static int Print<T>(
        Terminal terminal, OutputFormat format, AgentView<T> view, IReadOnlyList<AgentEndpoint> agents, IReadOnlyList<AgentAnswer<T>> answers)
    {
        if (format == OutputFormat.Json)
        {
            for (var i = 0; i < agents.Count; i++)
            {
                terminal.Out.WriteLine(Json(view, agents[i], answers[i]));
            }
        }
        else
        {
            PrintTables(terminal, view, agents, answers);
        }

        // One that stands for all agents is said once.
        foreach (var error in answers.Select(answer => answer.Error).OfType<AgentError>().Distinct())
        {
            PrintError(terminal.Error, error);
        }

        return answers.Max(answer => (int)CodeOf(answer.Error));
    }

    /// <summary>Prints an error with its faults and the words of whoever refused.</summary>
    public static void PrintError(TextWriter writer, AgentError error)
    {
        writer.WriteLine($"error: {error.Message}");
        PrintFaults(writer, error.Faults);
        if (error.Problem is { } problem)
        {
            PrintFaults(writer, problem.Faults);
            if (problem.Failure is { } failure)
            {
                PrintFailure(writer, failure);
            }
        }
    }

    /// <summary>Prints faults, a line each: path, rule, message.</summary>
    public static void PrintFaults(TextWriter writer, ValueList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            writer.WriteLine($"  {(fault.Path.Length == 0 ? "(document)" : fault.Path)}: {fault.Rule}: {fault.Message}");
        }
    }

    /// <summary>The exit code that stands for an error.</summary>
    public static ExitCode CodeOf(AgentError? error) => error?.Kind switch
    {
        null => ExitCode.Done,
        AgentErrorKind.Refused => ExitCode.Refused,
        _ => ExitCode.NoAgent,
    };

    private static void PrintTables<T>(Terminal terminal, AgentView<T> view, IReadOnlyList<AgentEndpoint> agents, IReadOnlyList<AgentAnswer<T>> answers)
    {
        // Nobody to show: the error says everything.
        if (agents.Count == 1 && !answers[0].Ok)
        {
            return;
        }

        var table = new Table(["AGENT", .. view.Header]);
        for (var i = 0; i < agents.Count; i++)
        {
            var rows = answers[i] is { Error: { } error } ? [[WordOf(error)]] : view.Rows(answers[i].Value).DefaultIfEmpty([]);
            foreach (var row in rows)
            {
                table.Add([agents[i].Name, .. row]);
            }
        }

        table.WriteTo(terminal.Out);
        foreach (var detail in agents.Count == 1 ? view.Details(answers[0].Value) : [])
        {
            terminal.Out.WriteLine();
            detail.WriteTo(terminal.Out);
        }
    }

    private static string WordOf(AgentError error) => error.Kind.ToString().ToLowerInvariant();

    private static void PrintFailure(TextWriter writer, ProblemFailure failure)
    {
        var facts = new List<string>();
        if (failure.Tool is not null)
        {
            facts.Add(failure.Tool);
        }

        if (failure.ExitCode is not null)
        {
            facts.Add($"exit code {failure.ExitCode}");
        }

        if (failure.DurationMs is { } duration)
        {
            facts.Add(Table.Milliseconds(duration));
        }

        writer.WriteLine($"  failed step: {failure.Step}{(facts.Count > 0 ? $" ({string.Join(", ", facts)})" : "")}");
        foreach (var line in (failure.Output ?? "").ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            writer.WriteLine($"    {string.Concat(line.Select(letter => char.IsControl(letter) && letter != '\t' ? ' ' : letter))}");
        }
    }

    private static string Json<T>(AgentView<T> view, AgentEndpoint agent, AgentAnswer<T> answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("agent", agent.Name);
            writer.WriteNumber("exit_code", (int)CodeOf(answer.Error));
            if (answer.Error is { } error)
            {
                writer.WritePropertyName("error");
                WriteError(writer, error);
            }
            else
            {
                writer.WritePropertyName("result");
                JsonSerializer.Serialize(writer, answer.Value, view.Type);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteError(Utf8JsonWriter writer, AgentError error)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", WordOf(error));
        writer.WriteString("message", error.Message);
        if (error.Status is { } status)
        {
            writer.WriteNumber("status", status);
        }

        if (error.Problem is { } problem)
        {
            writer.WritePropertyName("problem");
            JsonSerializer.Serialize(writer, problem, ContractJson.Default.Problem);
        }

        if (error.Faults.Count > 0)
        {
            writer.WriteStartArray("faults");
            foreach (var fault in error.Faults)
            {
                writer.WriteStartObject();
                writer.WriteString("path", fault.Path);
                writer.WriteString("rule", fault.Rule);
                writer.WriteString("message", fault.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
