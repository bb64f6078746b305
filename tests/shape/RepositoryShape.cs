// This repository keeps the rules of how it is laid out and written.
using Amphora.Shape.Tests.Rules;
using Xunit;

namespace Amphora.Shape.Tests;

public sealed class RepositoryShape
{
    // style 12: who may catch everything, and why there.
    private static readonly Dictionary<string, string> CatchesEverything = new(StringComparer.Ordinal)
    {
        ["agent/Apply/Commit/CommitWatch.cs"] = "a background loop: whatever goes wrong in one round, there is a next one",
        ["agent/Apply/Commit/TrafficMarks.cs"] = "a background loop: without a mark the next change is held against a longer time",
        ["agent/Apply/WriteQueue.cs"] = "the write queue goes on; the exception belongs to the request that waits",
        ["agent/Health/Heartbeats/HeartbeatSender.cs"] = "a background loop: whatever goes wrong in one round, there is a next one",
        ["agent/Http/ProblemMiddleware.cs"] = "the edge: what comes up to here is a bug and a 500",
        ["agent/Journal/AgentJournal.cs"] = "a background loop: a record that cannot be made or written is told as missing, and no change fails for it",
        ["agent/linux/Namespaces/OwnThread.cs"] = "hands the exception of its own thread to the thread that asked",
        ["agent/linux/Processes/Tool.cs"] = "hands the exception of its own thread to the task that waits",
        ["agent/linux/SdBus/BusThread.cs"] = "hands the exception of the bus's thread to the task that waits",
        ["controller/Flows/FlowLeaseKeeper.cs"] = "a background loop: a store that does not answer is asked again while the lease lasts",
        ["controller/Health/Intake/IntakeLoops.cs"] = "a background loop: what could not be written is written the next time",
        ["controller/Health/Repair/RepairLoop.cs"] = "a background loop: the next round may do",
        ["controller/Health/Repair/Repairs.cs"] = "the edge of a background task: an amphora is looked at again in the next round",
        ["controller/Hosting/Serving/FlowWorkers.cs"] = "a background loop: another flow may do",
        ["controller/Hosting/Serving/HousekeepingService.cs"] = "a background loop: a job survives what its rounds throw (flows.md §10)",
        ["controller/Flows/FlowRun.cs"] = "the flow engine: whatever a step throws is why the flow is undone",
        ["controller/Cli/Cli.cs"] = "the edge: what comes up to here is a bug and exit code 1",
    };

    [Theory]
    [InlineData("agent")]
    [InlineData("controller")]
    public void Slices_use_each_other_along_the_arrows_of_the_readme(string program)
    {
        ArrowMap arrows = ArrowMap.Parse(Repository.File($"{program}/README.md").Text);

        IEnumerable<SourceFile> files = Repository.CSharp.Where(file => file.Path.StartsWith(program + "/", StringComparison.Ordinal)
            || (program == "agent" && file.Path.StartsWith("templates/engine/", StringComparison.Ordinal)));

        None(Arrows.Check([.. files], arrows));
    }

    [Fact]
    public void Projects_reference_one_way() => None(Projects.Check(Repository.All));

    [Fact]
    public void Files_are_short()
    {
        foreach (Violation warning in Sizes.Warnings(Repository.CSharp))
        {
            TestContext.Current.AddWarning(warning.ToString());
        }

        None(Sizes.CheckFiles(Repository.CSharp));
    }

    [Fact]
    public void Folders_hold_one_thing() => None(Sizes.CheckFolders(Repository.All));

    [Fact]
    public void Methods_are_seen_at_once() => None(Repository.CSharp.SelectMany(Sizes.CheckMethods));

    [Fact]
    public void Constructors_take_few_dependencies() => None(Repository.CSharp.SelectMany(Sizes.CheckConstructors));

    [Fact]
    public void Folder_names_say_something() => None(Names.CheckFolders(Repository.All));

    [Fact]
    public void Type_names_say_something() => None(Repository.CSharp.SelectMany(Names.CheckTypes));

    [Fact]
    public void Every_slice_has_a_front_door() => None(Names.CheckFrontDoors([.. Repository.CSharp]));

    [Fact]
    public void Every_file_opens_with_one_line_that_says_what_it_is_for() => None(Repository.CSharp.SelectMany(Names.CheckOpening));

    [Fact]
    public void Native_calls_stay_in_linux() => None(Repository.CSharp.SelectMany(Calls.CheckNative));

    [Fact]
    public void Product_code_does_not_block() => None(Product().SelectMany(Calls.CheckBlocking));

    [Fact]
    public void Tokens_have_no_default() => None(Product().SelectMany(Calls.CheckTokens));

    [Fact]
    public void Only_the_edge_catches_everything() => None(Product().SelectMany(file => Calls.CheckCatches(file, CatchesEverything)));

    [Fact]
    public void The_list_of_those_who_catch_everything_is_not_out_of_date() =>
        None(CatchesEverything.Keys
            .Where(path => !Repository.All.Any(file => file.Path == path && Calls.CheckCatches(file, new Dictionary<string, string>()).Any()))
            .Select(path => new Violation(path, 1, "does not catch everything (any more): take it off the list.")));

    [Fact]
    public void The_top_level_is_the_design_card_s() => None(Tree.CheckTopLevel(Repository.All));

    [Fact]
    public void No_file_names_a_path_of_one_machine() => None(Repository.All.SelectMany(Tree.CheckPaths));

    [Fact]
    public void Unfinished_work_names_an_issue() => None(Repository.CSharp.SelectMany(Tree.CheckUnfinished));

    private static IEnumerable<SourceFile> Product() => Repository.CSharp.Where(file => file.IsProduct);

    private static void None(IEnumerable<Violation> violations)
    {
        string[] found = [.. violations.Select(violation => violation.ToString())];
        Assert.True(found.Length == 0, $"{found.Length} places:\n{string.Join('\n', found)}");
    }
}
