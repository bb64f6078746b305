// The two agents by turns.
namespace Amphora.Bench.Octavia;

/// <summary>Side 0 is ours, side 1 Octavia's.</summary>
internal sealed record Pair(Contender Ours, Contender Octavia)
{
    /// <summary>First ours, then Octavia's.</summary>
    public Task EachAsync(Func<Contender, Task> measure) => EachAsync((contender, _) => measure(contender));

    /// <inheritdoc cref="EachAsync(Func{Contender, Task})"/>
    public async Task EachAsync(Func<Contender, int, Task> measure)
    {
        await measure(Ours, 0);
        await measure(Octavia, 1);
    }
}

/// <summary>The same thing of both.</summary>
internal sealed class PairSamples
{
    private readonly Samples[] _sides = [new(), new()];

    public Samples this[int side] => _sides[side];

    public Samples Ours => _sides[0];

    public Samples Octavia => _sides[1];
}
