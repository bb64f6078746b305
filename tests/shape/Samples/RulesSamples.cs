// Every other rule finds what it forbids in a small sample, and leaves what it allows alone.
using Amphora.Shape.Tests.Rules;
using Xunit;

namespace Amphora.Shape.Tests.Samples;

public sealed class RulesSamples
{
    [Theory]
    [InlineData(400, 0, 1)]
    [InlineData(401, 1, 0)]
    [InlineData(301, 0, 1)]
    [InlineData(300, 0, 0)]
    public void A_file_is_at_most_400_lines_and_warned_about_from_301(int lines, int failures, int warnings)
    {
        SourceFile file = new("agent/A.cs", string.Concat(Enumerable.Repeat("\n", lines)));

        Assert.Equal((failures, warnings), (Sizes.CheckFiles([file]).Count(), Sizes.Warnings([file]).Count()));
    }

    [Theory]
    [InlineData("agent/X", 20, 0)]
    [InlineData("agent/X", 21, 1)]
    [InlineData("tests/golden/documents", 21, 0)]
    public void A_folder_holds_at_most_20_files_golden_data_aside(string folder, int files, int failures) =>
        Assert.Equal(failures, Sizes.CheckFolders(Enumerable.Range(0, files).Select(number => new SourceFile($"{folder}/{number}.cs", ""))).Count());

    [Theory]
    [InlineData("void M()\n{\n", 38, "}", 1)]
    [InlineData("void M()\n{\n", 37, "}", 0)]
    [InlineData("/// <summary>\n/// Long.\n/// </summary>\n[Fact]\nvoid M()\n{\n", 37, "}", 0)]
    [InlineData("int P => 0\n", 40, ";", 1)]
    [InlineData("A()\n{ var text = \"}\"; /* } */\n", 39, "}", 1)]
    public void A_method_is_at_most_40_lines_documentation_aside(string head, int lines, string tail, int failures)
    {
        string body = string.Concat(Enumerable.Repeat("// .\n", lines));

        Assert.Equal(failures, Sizes.CheckMethods(new SourceFile("A.cs", $"class A\n{{\n{head}{body}{tail}\n}}\n")).Count());
    }

    [Theory]
    [InlineData("class A(int a, int b, int c, int d, int e);", 0)]
    [InlineData("class A(int a, int b, int c, int d, int e, int f);", 1)]
    [InlineData("class A { public A(int a, int b, int c, int d, int e, int f) { } }", 1)]
    [InlineData("class A { private A(int a, int b, int c, int d, int e, int f) { } }", 0)]
    [InlineData("record A(int a, int b, int c, int d, int e, int f);", 0)]
    public void A_class_takes_at_most_5_dependencies(string text, int failures) =>
        Assert.Equal(failures, Sizes.CheckConstructors(new SourceFile("A.cs", text)).Count());

    [Theory]
    [InlineData("agent/Common/A.cs", 1)]
    [InlineData("controller/Drivers/helpers/A.cs", 1)]
    [InlineData("agent/Haproxy/A.cs", 0)]
    public void Folders_named_after_nothing_fail(string path, int failures) =>
        Assert.Equal(failures, Names.CheckFolders([new SourceFile(path, "")]).Count());

    [Theory]
    [InlineData("class PortManager;", 1)]
    [InlineData("record PortData;", 1)]
    [InlineData("enum PortInfo { A }", 1)]
    [InlineData("interface IPortImpl;", 1)]
    [InlineData("class SystemdServiceManager;", 0)]
    [InlineData("interface IServiceManager;", 0)]
    [InlineData("class Database;", 0)]
    public void Type_endings_that_say_nothing_fail(string text, int failures) =>
        Assert.Equal(failures, Names.CheckTypes(new SourceFile("A.cs", text)).Count());

    [Theory]
    [InlineData("agent/Haproxy/Haproxy.cs", "class HaproxySlice;", 0)]
    [InlineData("agent/Haproxy/Haproxy.cs", "class Haproxy;", 1)]
    [InlineData("agent/Haproxy/Front.cs", "class HaproxySlice;", 1)]
    [InlineData("agent/contract/Fault.cs", "record Fault;", 0)]
    [InlineData("agent/Actions/ActionLog.cs", "class ActionLog;", 0)]
    [InlineData("agent/Program.cs", "return 0;", 0)]
    public void A_slice_without_its_front_door_fails(string path, string text, int failures) =>
        Assert.Equal(failures, Names.CheckFrontDoors([new SourceFile(path, text)]).Count());

    [Theory]
    [InlineData("// What HAProxy has to run.\nnamespace A;\n", 0)]
    [InlineData("namespace A;\n", 1)]
    [InlineData("// Copyright of somebody.\nnamespace A;\n", 1)]
    [InlineData("// One line that says it.\n// And another.\nnamespace A;\n", 1)]
    public void A_file_without_its_opening_line_fails(string text, int failures) =>
        Assert.Equal(failures, Names.CheckOpening(new SourceFile("A.cs", text)).Count());

    [Theory]
    [InlineData("agent/Network/A.cs", "class A { [LibraryImport(\"libc\")] static partial int close(int fd); }", 1)]
    [InlineData("tests/linux/A.cs", "class A { [System.Runtime.InteropServices.DllImport(\"libc\")] static extern int close(int fd); }", 1)]
    [InlineData("agent/Network/A.cs", "unsafe class A { }", 1)]
    [InlineData("agent/linux/A.cs", "unsafe class A { [LibraryImport(\"libc\")] static partial int close(int fd); }", 0)]
    public void Native_calls_outside_linux_fail(string path, string text, int failures) =>
        Assert.Equal(failures, Calls.CheckNative(new SourceFile(path, text)).Count());

    [Theory]
    [InlineData("Task.Run(() => 1);", 1)]
    [InlineData("Thread.Sleep(1);", 1)]
    [InlineData("var x = ReadAsync().Result;", 1)]
    [InlineData("var x = readTask.Result;", 1)]
    [InlineData("ReadAsync().Wait();", 1)]
    [InlineData("ReadAsync().GetAwaiter().GetResult();", 1)]
    [InlineData("var x = answer.Result;", 0)]
    [InlineData("var x = await ReadAsync();", 0)]
    public void Blocking_fails(string statement, int failures) =>
        Assert.Equal(failures, Calls.CheckBlocking(new SourceFile("agent/A.cs", statement)).Count());

    [Theory]
    [InlineData("class A { void M(CancellationToken cancellationToken = default) { } }", 1)]
    [InlineData("class A { void M(CancellationToken cancellationToken) { } }", 0)]
    public void A_token_with_a_default_fails(string text, int failures) =>
        Assert.Equal(failures, Calls.CheckTokens(new SourceFile("agent/A.cs", text)).Count());

    [Theory]
    [InlineData("catch (Exception) { }", 1)]
    [InlineData("catch { }", 1)]
    [InlineData("catch (Exception e) when (!token.IsCancellationRequested) { }", 1)]
    [InlineData("catch (Exception e) when (e is IOException or SocketException) { }", 0)]
    [InlineData("catch (Exception e) when (OperatingSystemFailure.Is(e)) { }", 0)]
    [InlineData("catch { Undo(); throw; }", 0)]
    [InlineData("catch (IOException) { }", 0)]
    public void Catching_everything_fails_outside_the_named_places(string clause, int failures)
    {
        SourceFile file = new("agent/Apply/A.cs", $"try {{ }} {clause}");

        Assert.Equal(failures, Calls.CheckCatches(file, new Dictionary<string, string>()).Count());
        Assert.Empty(Calls.CheckCatches(file, new Dictionary<string, string> { ["agent/Apply/A.cs"] = "the write queue" }));
    }

    [Theory]
    [InlineData("agent/Program.cs", 0)]
    [InlineData(".ci/run", 0)]
    [InlineData("Directory.Native.props", 0)]
    [InlineData("src/A.cs", 1)]
    [InlineData("NOTES.md", 1)]
    public void Anything_new_at_the_top_fails(string path, int failures) =>
        Assert.Equal(failures, Tree.CheckTopLevel([new SourceFile(path, "")]).Count());

    [Theory]
    [InlineData("cd /" + "work/main", 1)]
    [InlineData("see /" + "home/someone/notes", 1)]
    [InlineData("in /var/lib/octavia", 0)]
    [InlineData("PUT /2.0/work/main", 0)]
    [InlineData("$HOME/work/main", 0)]
    public void A_path_of_one_machine_fails(string text, int failures) =>
        Assert.Equal(failures, Tree.CheckPaths(new SourceFile("README.md", text)).Count());

    [Theory]
    [InlineData("// TO" + "DO later", 1)]
    [InlineData("// TO" + "DO #12: later", 0)]
    [InlineData("string s = \"TO" + "DO\";", 0)]
    public void Unfinished_work_without_an_issue_fails(string text, int failures) =>
        Assert.Equal(failures, Tree.CheckUnfinished(new SourceFile("A.cs", text)).Count());
}
