// What `show stat` says, with types (HAProxy management guide §9.1).
using System.Globalization;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>One answer of <c>show stat</c>, looked up by HAProxy's names.</summary>
internal sealed class HaproxyStatistics
{
    private const string FirstColumns = "# pxname,svname,";
    private readonly Dictionary<(string Proxy, string Server), StatRow> _rows = [];

    private HaproxyStatistics(IEnumerable<StatRow> rows)
    {
        foreach (var row in rows)
        {
            _rows[(row.Proxy, row.Server)] = row;
        }
    }

    /// <summary>Every row.</summary>
    public IReadOnlyCollection<StatRow> Rows => _rows.Values;

    /// <summary>A listener, by its id.</summary>
    public StatRow? Frontend(string name) => _rows.GetValueOrDefault((name, "FRONTEND"));

    /// <summary>A pool as one listener uses it, named <c>&lt;pool&gt;:&lt;listener&gt;</c> (B1).</summary>
    public StatRow? Backend(string name) => _rows.GetValueOrDefault((name, "BACKEND"));

    /// <summary>A member, by the name of its backend and its id.</summary>
    public StatRow? Server(string backend, string name) => _rows.GetValueOrDefault((backend, name));

    /// <summary>Reads the CSV; an answer without the header is the refusal of the command.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="names">Servers that are another member than their name says; those that are nobody's are left out.</param>
    public static Outcome<HaproxyStatistics> Parse(string answer, SlotNames names)
    {
        if (!answer.StartsWith(FirstColumns, StringComparison.Ordinal))
        {
            return Unreadable("the answer has no CSV header", answer);
        }

        var lines = CsvText.Read(answer.AsSpan(2));
        var columns = new StatColumns(lines[0]);
        if (columns.Missing is { } missing)
        {
            return Unreadable($"the answer has no column {missing}", answer);
        }

        var rows = new List<StatRow>(lines.Count);
        foreach (var line in lines.Skip(1).Where(line => line.Length > 1))
        {
            if (line.Length < lines[0].Length)
            {
                return Unreadable($"the row of {line[0]}/{line[1]} is cut off", answer);
            }

            var row = columns.Row(line);
            if (names.MemberOf(row.Proxy, row.Server) is { } member)
            {
                rows.Add(row with { Server = member });
            }
        }

        return new HaproxyStatistics(rows);
    }

    private static Failure Unreadable(string reason, string answer) => new("show stat", $"cannot read HAProxy's statistics: {reason}")
    {
        Tool = "haproxy",
        Output = answer.Length <= 500 ? answer : answer[..500],
    };

    /// <summary>Where the columns we use stand; HAProxy adds new ones at the end.</summary>
    private sealed class StatColumns
    {
        private static readonly string[] s_needed = ["pxname", "svname", "status", "weight", "scur", "stot", "bin", "bout"];
        private readonly Dictionary<string, int> _index = [];

        public StatColumns(string[] header)
        {
            for (var i = 0; i < header.Length; i++)
            {
                _index.TryAdd(header[i], i);
            }
        }

        public string? Missing => Array.Find(s_needed, name => !_index.ContainsKey(name));

        public StatRow Row(string[] line) => new()
        {
            Proxy = Text(line, "pxname"),
            Server = Text(line, "svname"),
            Status = Text(line, "status"),
            Weight = (int?)Number(line, "weight"),
            CurrentSessions = Number(line, "scur") ?? 0,
            SessionLimit = Number(line, "slim"),
            TotalSessions = Number(line, "stot") ?? 0,
            BytesIn = Number(line, "bin") ?? 0,
            BytesOut = Number(line, "bout") ?? 0,
            RequestErrors = Number(line, "ereq") ?? 0,
            Requests = Number(line, "req_tot") ?? 0,
            ServerErrors = Number(line, "hrsp_5xx"),
            ConnectionErrors = Number(line, "econ") ?? 0,
            ResponseErrors = Number(line, "eresp") ?? 0,
            CheckStatus = Text(line, "check_status"),
            CheckCode = Text(line, "check_code"),
            LastCheck = Text(line, "last_chk"),
        };

        private string Text(string[] line, string column) => _index.TryGetValue(column, out var i) ? line[i] : "";

        private long? Number(string[] line, string column) =>
            long.TryParse(Text(line, column), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

/// <summary>One row: a frontend, a backend or a server.</summary>
internal sealed record StatRow
{
    /// <summary>pxname.</summary>
    public required string Proxy { get; init; }

    /// <summary>svname: <c>FRONTEND</c>, <c>BACKEND</c> or the server.</summary>
    public required string Server { get; init; }

    /// <summary>HAProxy's own word: OPEN, FULL, UP, DOWN, DRAIN, MAINT, no check, with <c>n/m</c> behind it while checks disagree.</summary>
    public required string Status { get; init; }

    /// <summary>weight; null on frontends.</summary>
    public required int? Weight { get; init; }

    /// <summary>scur.</summary>
    public required long CurrentSessions { get; init; }

    /// <summary>slim; null: none.</summary>
    public long? SessionLimit { get; init; }

    /// <summary>stot.</summary>
    public required long TotalSessions { get; init; }

    /// <summary>bin.</summary>
    public required long BytesIn { get; init; }

    /// <summary>bout.</summary>
    public required long BytesOut { get; init; }

    /// <summary>ereq.</summary>
    public required long RequestErrors { get; init; }

    /// <summary>req_tot: HTTP requests.</summary>
    public long Requests { get; init; }

    /// <summary>hrsp_5xx: answers with 5xx, whoever made them; null where HTTP is not spoken.</summary>
    public long? ServerErrors { get; init; }

    /// <summary>econ: connections that no server took.</summary>
    public long ConnectionErrors { get; init; }

    /// <summary>eresp: answers that broke off, or were none.</summary>
    public long ResponseErrors { get; init; }

    /// <summary>check_status, as <c>L4CON</c>; behind <c>* </c> while the next check runs.</summary>
    public string CheckStatus { get; init; } = "";

    /// <summary>check_code, as an HTTP status.</summary>
    public string CheckCode { get; init; } = "";

    /// <summary>last_chk: words of the layer below, as <c>Connection refused</c>.</summary>
    public string LastCheck { get; init; } = "";
}
