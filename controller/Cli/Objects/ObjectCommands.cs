// amphora-controller listener|pool|member|healthmonitor|l7policy|l7rule: create, list, show, set, unset, delete.
using System.CommandLine;
using System.Text.Json.Nodes;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Cli.LoadBalancers;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.Objects;

/// <summary>The commands of one kind of object; options as <c>openstack loadbalancer …</c> has them.</summary>
internal sealed class ObjectCommands
{
    private readonly Terminal _terminal;
    private readonly ObjectNoun _noun;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new();
    private readonly FlowFollower _follower;
    private readonly Argument<string> _name;
    private readonly Argument<string>? _parent;

    private ObjectCommands(Terminal terminal, ObjectNoun noun)
    {
        (_terminal, _noun, _follower) = (terminal, noun, new FlowFollower(terminal));
        _name = Called(noun.Type.Noun == "l7rule" ? "RULE-ID" : $"{noun.Type.Noun.ToUpperInvariant()}", $"The {noun.Type.Noun}: its {(noun.Type.Noun == "l7rule" ? "id" : "name or id")}.");
        _parent = noun.Parent is { } parent ? Called(parent.Noun.ToUpperInvariant(), $"The {parent.Noun}: its name or id.")
            : noun.HasParentOptions ? null : Called("LOADBALANCER", "The load balancer: its name or id.");
    }

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, ObjectNoun noun, bool isWanted)
    {
        var command = new Command(noun.Type.Noun, noun.Description);
        if (isWanted)
        {
            var commands = new ObjectCommands(terminal, noun);
            command.Options.Add(commands._output);
            commands._controller.AddTo(command);
            foreach (var verb in commands.Verbs())
            {
                command.Subcommands.Add(verb);
            }
        }

        return command;
    }

    private IEnumerable<Command> Verbs()
    {
        yield return Create();
        yield return List();
        yield return Show();
        yield return Set();
        yield return Unset();
        yield return Delete();
        if (_noun.Type.Kind == ObjectKind.Member)
        {
            yield return Batch();
        }

        if (_noun.Type.Kind == ObjectKind.Listener)
        {
            yield return Statistics();
        }
    }

    private Command Create()
    {
        var fields = FieldOptions.Values(_noun.Type, isNew: true);
        var parents = _noun.HasParentOptions ? new PoolParents() : null;
        var command = _follower.AddTo(new Command("create", $"Create a {_noun.Type.Noun}."));
        if (_parent is not null)
        {
            command.Arguments.Add(_parent);
        }

        parents?.AddTo(command);
        fields.AddTo(command);
        SetAction(command, async (parsed, objects, token) =>
        {
            var place = parents is not null ? await parents.FindAsync(parsed, objects, token) : await ParentAsync(parsed, objects, token);
            if (place.Refusal is { } missing)
            {
                return Refusals.Print(_terminal, missing);
            }

            var given = await objects.ResolveAsync(fields.Read(parsed), place.Value.LoadBalancerId, token);
            if (given.Refusal is { } unknown)
            {
                return Refusals.Print(_terminal, unknown);
            }

            var wanted = new NewObject(_noun.Type.Kind, Guid.NewGuid(), given.Value) { ParentId = place.Value.ParentId };
            return await EndAsync(parsed, objects, new Change(place.Value.LoadBalancerId, ObjectEdits.Create(wanted), wanted.Id), token);
        });
        return command;
    }

    private Command Set()
    {
        var fields = FieldOptions.Values(_noun.Type, isNew: false);
        var clear = new Option<bool>("--no-tag") { Description = "Drop the tags there are." };
        var command = _follower.AddTo(Named(new Command("set", $"Change a {_noun.Type.Noun}.") { clear }));
        fields.AddTo(command);
        SetAction(command, (parsed, objects, token) => ChangeAsync(parsed, objects, fields, row => Tags(fields.Read(parsed), row, parsed.GetValue(clear)), token));
        return command;
    }

    private Command Unset()
    {
        var fields = FieldOptions.Absences(_noun.Type);
        var command = _follower.AddTo(Named(new Command("unset", $"Take away what a {_noun.Type.Noun} was given: the defaults count again.")));
        fields.AddTo(command);
        SetAction(command, (parsed, objects, token) => ChangeAsync(parsed, objects, fields, _ => fields.Read(parsed), token));
        return command;
    }

    private Command Delete()
    {
        var command = _follower.AddTo(Named(new Command("delete", $"Delete a {_noun.Type.Noun}{(_noun.Type.Kind is ObjectKind.Member or ObjectKind.L7Rule or ObjectKind.HealthMonitor ? "" : " and what hangs below it")}.")));
        SetAction(command, async (parsed, objects, token) => await FindAsync(parsed, objects, token) is { Refusal: null, Value: var row }
            ? await EndAsync(parsed, objects, new Change(row.LoadBalancerId, ObjectEdits.Delete(row.Kind, row.Id), null), token)
            : ExitCode.Refused);
        return command;
    }

    private Command List()
    {
        var (loadBalancer, filters) = (CommandOptions.One<string>("--loadbalancer", "NAME-OR-ID", "Only of this load balancer.", "a name or id is needed", CommandOptions.NotEmpty), new ListFilters());
        var command = new Command("list", $"All {_noun.Type.Title.ToLowerInvariant()}s.") { loadBalancer };
        filters.AddTo(command, _noun.Type.Fields.Exists(static field => field.Name == "protocol") ? ["vip_address"] : ["vip_address", "protocol"]);
        if (_noun.IsAlwaysWithin)
        {
            command.Arguments.Add(_parent!);
        }

        SetAction(command, async (parsed, objects, token) =>
        {
            var of = parsed.GetValue(loadBalancer) is { } name ? await objects.LoadBalancerAsync(name, token) : default(Decision<LoadBalancerRow>?);
            var within = _noun.IsAlwaysWithin ? await ParentAsync(parsed, objects, token) : default(Decision<ObjectPlace>?);
            if ((of?.Refusal ?? within?.Refusal) is { } missing)
            {
                return Refusals.Print(_terminal, missing);
            }

            var views = await objects.ViewsAsync(
                _noun.Type.Kind, row => (of is null || row.LoadBalancerId == of.Value.Value.Id) && (within is null || row.ParentId == within.Value.Value.ParentId), token);
            ObjectPrinter.PrintMany(_terminal, parsed.GetValue(_output), _noun.Type.Kind, views.Where(view => filters.Fits(parsed, view)));
            return ExitCode.Done;
        });
        return command;
    }

    private Command Show()
    {
        var command = Named(new Command("show", $"One {_noun.Type.Noun}."));
        SetAction(command, async (parsed, objects, token) => await FindAsync(parsed, objects, token) is { Refusal: null, Value: var row } ? await ShowAsync(parsed, objects, row.Id, token) : ExitCode.Refused);
        return command;
    }

    private Command Statistics()
    {
        var command = Named(new Command("stats", "What a listener's amphorae counted."));
        SetAction(command, async (parsed, objects, token) =>
        {
            if (await FindAsync(parsed, objects, token) is not { Refusal: null, Value: var row })
            {
                return ExitCode.Refused;
            }

            var rows = await objects.Controller.Database.ReadAsync((transaction, cancel) => new StatisticsRows(transaction).OfLoadBalancerAsync(row.LoadBalancerId, cancel), token);
            ObjectPrinter.PrintOne(_terminal, parsed.GetValue(_output), StatisticsView.Write(rows.Where(one => one.ListenerId == row.Id)));
            return ExitCode.Done;
        });
        return command;
    }

    private Command Batch()
    {
        var file = CommandOptions.Required(CommandOptions.Path("--file", "FILE", "The members: a JSON array of objects, or an object with such an array as \"members\"."));
        var additive = new Option<bool>("--additive-only") { Description = "Members that are not in the file stay." };
        var command = _follower.AddTo(new Command("batch", "Make the members of a pool those of a file.") { _parent!, file, additive });
        SetAction(command, async (parsed, objects, token) =>
        {
            var pool = await ParentAsync(parsed, objects, token);
            var members = JsonFile.ReadObjects(parsed.GetValue(file)!, "members");
            if ((pool.Refusal ?? members.Refusal) is { } refusal)
            {
                return Refusals.Print(_terminal, refusal);
            }

            List<JsonObject> resolved = [];
            foreach (var member in members.Value)
            {
                var given = await objects.ResolveAsync(member, pool.Value.LoadBalancerId, token);
                if (given.Refusal is { } unknown)
                {
                    return Refusals.Print(_terminal, unknown);
                }

                resolved.Add(given.Value);
            }

            var edit = ObjectEdits.ReplaceMembers(pool.Value.ParentId!.Value, resolved, parsed.GetValue(additive));
            return await EndAsync(parsed, objects, new Change(pool.Value.LoadBalancerId, edit, null), token);
        });
        return command;
    }

    private async Task<ExitCode> ChangeAsync(ParseResult parsed, FoundObjects objects, FieldOptions fields, Func<ObjectRow, JsonObject> read, CancellationToken cancellationToken)
    {
        if (await FindAsync(parsed, objects, cancellationToken) is not { Refusal: null, Value: var row })
        {
            return ExitCode.Refused;
        }

        var given = await objects.ResolveAsync(read(row), row.LoadBalancerId, cancellationToken);
        return given.Refusal is { } unknown ? Refusals.Print(_terminal, unknown)
            : await EndAsync(parsed, objects, new Change(row.LoadBalancerId, ObjectEdits.Update(row.Kind, row.Id, given.Value), row.Id), cancellationToken);
    }

    private async Task<ExitCode> EndAsync(ParseResult parsed, FoundObjects objects, Change change, CancellationToken cancellationToken)
    {
        var begun = await objects.Controller.ChangeAsync(change.LoadBalancer, change.Edit, cancellationToken);
        if (begun.Refusal is { } refusal)
        {
            return Refusals.Print(_terminal, refusal);
        }

        if (begun.Value is null)
        {
            await _terminal.Error.WriteLineAsync("nothing to do");
        }

        var ended = begun.Value is { } flow ? await _follower.FollowAsync(parsed, objects.Controller, flow.FlowId, cancellationToken) : ExitCode.Done;
        if (change.Shown is { } shown)
        {
            await ShowAsync(parsed, objects, shown, cancellationToken);
        }

        return ended;
    }

    private async Task<ExitCode> ShowAsync(ParseResult parsed, FoundObjects objects, Guid id, CancellationToken cancellationToken)
    {
        if (await objects.ViewAsync(id, cancellationToken) is not { } view)
        {
            return Refusals.Print(_terminal, ObjectEdits.Missing(_noun.Type.Kind, id));
        }

        ObjectPrinter.PrintOne(_terminal, parsed.GetValue(_output), view);
        return ExitCode.Done;
    }

    private async Task<Decision<ObjectRow>> FindAsync(ParseResult parsed, FoundObjects objects, CancellationToken cancellationToken)
    {
        var within = _noun.IsAlwaysWithin ? await ParentAsync(parsed, objects, cancellationToken) : default(Decision<ObjectPlace>?);
        var found = within?.Refusal is { } missing ? missing
            : await objects.FindAsync(_noun.Type.Kind, parsed.GetValue(_name)!, row => within is null || row.ParentId == within.Value.Value.ParentId, cancellationToken);
        if (found.Refusal is { } refusal)
        {
            Refusals.Print(_terminal, refusal);
        }

        return found;
    }

    private async Task<Decision<ObjectPlace>> ParentAsync(ParseResult parsed, FoundObjects objects, CancellationToken cancellationToken)
    {
        var name = parsed.GetValue(_parent!)!;
        if (_noun.Parent is { } type)
        {
            var parent = await objects.FindAsync(type.Kind, name, static _ => true, cancellationToken);
            return parent.Refusal is { } missing ? missing : new ObjectPlace(parent.Value.LoadBalancerId, parent.Value.Id);
        }

        var loadBalancer = await objects.LoadBalancerAsync(name, cancellationToken);
        return loadBalancer.Refusal is { } none ? none : new ObjectPlace(loadBalancer.Value.Id, null);
    }

    // The stock client merges tags, as the API only knows the whole list.
    private static JsonObject Tags(JsonObject given, ObjectRow row, bool isCleared)
    {
        var kept = isCleared ? [] : (JsonNode.Parse(row.Body)!["tags"] as JsonArray ?? []).Select(static tag => (string)tag!);
        if (isCleared || given["tags"] is not null)
        {
            given["tags"] = new JsonArray([.. kept.Union((given["tags"] as JsonArray ?? []).Select(static tag => (string)tag!)).Select(static tag => JsonValue.Create(tag))]);
        }

        return given;
    }

    private Command Named(Command command)
    {
        if (_noun.IsAlwaysWithin)
        {
            command.Arguments.Add(_parent!);
        }

        command.Arguments.Add(_name);
        return command;
    }

    private void SetAction(Command command, Func<ParseResult, FoundObjects, CancellationToken, Task<ExitCode>> run) =>
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, controller => run(parsed, new FoundObjects(controller), token), token));

    private static Argument<string> Called(string name, string description) => CommandOptions.Word<string>(name, description, "a name or id is needed", CommandOptions.NotEmpty);

    private sealed record Change(Guid LoadBalancer, Func<JsonObject, Refusal?> Edit, Guid? Shown);
}
