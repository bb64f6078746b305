// Two controllers that serve on one PostgreSQL, and one in this process that only records what is asked.
using Amphora.Controller.Drivers.Compute.Noop;
using Amphora.Controller.Drivers.Networking.Noop;
using Amphora.Controller.Hosting;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.Store;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Databases;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Hosting;

/// <summary>Real processes on one state directory; what would be machines and networks are lines of files there.</summary>
internal sealed class ServingPair : IAsyncDisposable
{
    /// <summary>Any: the noop driver has every subnet.</summary>
    public static readonly Guid Subnet = Guid.Parse("5e0a5e5b-6f3f-4d0c-9d0c-1f3f2d3c4b5a");

    private readonly TestFolder _folder;
    private readonly PostgresServer _server;
    private readonly string _database;
    private readonly ServingController?[] _serving = new ServingController?[2];

    private ServingPair(TestFolder folder, PostgresServer server, string database, RunningController caller) =>
        (_folder, _server, _database, Caller) = (folder, server, database, caller);

    /// <summary>Records, and looks.</summary>
    public RunningController Caller { get; }

    /// <summary>The machines there are.</summary>
    public NoopComputeDriver Compute => (NoopComputeDriver)Caller.Services.Amphorae.Compute;

    /// <summary>The ports and security groups there are.</summary>
    public NoopNetworkDriver Network => (NoopNetworkDriver)Caller.Services.Network;

    /// <summary>The words that choose this controller.</summary>
    public IReadOnlyList<string> Words => ["--state-dir", _folder["state"], "--database", _database, "--drivers", "noop"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An empty database, and nobody serves.</summary>
    /// <param name="spares">The size of the caller's spare pool; it is empty.</param>
    public static async Task<ServingPair> OpenAsync(int spares = 0)
    {
        TestFolder folder = new();
        PostgresServer server = await PostgresServer.StartAsync(Cancel);
        string database = await server.CreateAsync("pair", Cancel);
        ControllerOptions options = new()
        {
            StateDirectory = folder["state"],
            Database = database,
            Drivers = DriverKind.Noop,
            Housekeeping = new HousekeepingSettings { SparePoolSize = spares },
        };
        return new ServingPair(folder, server, database, await HostingSlice.OpenAsync(options, Cancel));
    }

    /// <summary>Starts one of the two.</summary>
    public ServingController Start(int which, params string[] options) =>
        _serving[which] = ServingController.Start(_folder[$"serve{which}.log"], [.. Words, "--roles", "worker,housekeeping", .. options]);

    /// <summary>kill -9.</summary>
    public async Task KillAsync(int which)
    {
        await _serving[which]!.Program.KillAsync(Cancel);
        await _serving[which]!.DisposeAsync();
        _serving[which] = null;
    }

    /// <summary>Runs a command as a process of its own.</summary>
    public Task<string> CommandAsync(params string[] words) => Command.OutputAsync([.. Checkout.ControllerCommand, .. words, .. Words], Cancel);

    /// <summary>Reads.</summary>
    public Task<T> ReadAsync<T>(Func<DatabaseTransaction, Task<T>> work) => Caller.Database.ReadAsync((transaction, _) => work(transaction), Cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ServingController? serving in _serving)
        {
            await (serving?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        await Caller.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
