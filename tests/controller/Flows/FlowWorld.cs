// What the flows of these tests do: things that are there or not, and a list of what was done in which order.
using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Amphora.Controller.Flows;
using Xunit;

namespace Amphora.Controller.Tests.Flows;

/// <summary>A world with an engine.</summary>
internal sealed class FlowWorld
{
    public FlowWorld(Func<FlowWorld, FlowNode> define, TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Journal = new MemoryJournal(Time);
        Define = () => define(this);
    }

    public TimeProvider Time { get; }

    public MemoryJournal Journal { get; }

    public Func<FlowNode> Define { get; }

    /// <summary>What is there.</summary>
    public ConcurrentDictionary<string, bool> Things { get; } = [];

    /// <summary>"+name" and "-name".</summary>
    public ConcurrentQueue<string> Done { get; } = [];

    public FlowServices Services(string owner, int workers = 5) =>
        new(Journal, new FlowSecrets(new SealingKeys([[.. Enumerable.Range(0, 32).Select(i => (byte)i)]])), new FlowOptions { Owner = owner, Workers = workers, Lease = TimeSpan.FromSeconds(5) }, Time);

    public FlowEngine Engine(string owner = "one", int workers = 5) => new([new Definition(this)], Services(owner, workers));

    public Guid Add(FlowEngine engine)
    {
        var flow = engine.Prepare("test", Guid.NewGuid(), "{}");
        Journal.Add(flow);
        return flow.Flow.Id;
    }

    public async Task<(Guid Id, FlowEnd? End)> RunAsync(int workers = 5)
    {
        var engine = Engine(workers: workers);
        var id = Add(engine);
        return (id, await engine.RunAsync(id, null, TestContext.Current.CancellationToken));
    }

    /// <summary>A step that puts a thing there and takes it away again.</summary>
    public FlowNode Make(string name, Func<StepValues, CancellationToken, Task>? then = null, Func<Task>? undo = null) =>
        FlowsSlice.Step(name, new MakeThing(this, name, then, undo));

    private sealed class Definition(FlowWorld world) : IFlowDefinition
    {
        public string Kind => "test";

        public FlowNode Define(string input) => world.Define();
    }

    private sealed class MakeThing(FlowWorld world, string name, Func<StepValues, CancellationToken, Task>? then, Func<Task>? undo) : IFlowTask
    {
        public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
        {
            world.Things[name] = true;
            world.Done.Enqueue($"+{name}");
            await (then?.Invoke(values, cancellationToken) ?? Task.CompletedTask);
        }

        public async Task RevertAsync(StepValues values, CancellationToken cancellationToken)
        {
            await (undo?.Invoke() ?? Task.CompletedTask);
            world.Things.TryRemove(name, out _);
            world.Done.Enqueue($"-{name}");
        }
    }
}

/// <summary>Keys of the tests.</summary>
internal static class TestKeys
{
    public static readonly FlowKey<string> Text = new("text", TestFlowJson.Default.String);

    public static readonly FlowKey<string> Pem = new("server_pem", TestFlowJson.Default.String) { IsSecret = true };
}

[JsonSerializable(typeof(string))]
internal sealed partial class TestFlowJson : JsonSerializerContext;
