// What is not taken leaves nothing behind, and the agent goes on.
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.Systemd.Tests.Upgrade;

public sealed class RefusedBinaryTests(BootedImage booted) : IClassFixture<BootedImage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_without_a_signature_is_refused() =>
        await RefusedAsync(HttpStatusCode.BadRequest, "Amphora-Signature is missing", () => new ByteArrayContent(booted.NewVersion()), null);

    [Fact]
    public async Task One_that_somebody_else_signed_is_refused()
    {
        byte[] binary = booted.NewVersion();
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        await RefusedAsync(
            HttpStatusCode.Forbidden,
            "no key of this image signed it",
            () => new ByteArrayContent(binary),
            other.SignData(binary, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public async Task One_with_another_s_signature_is_refused() =>
        await RefusedAsync(HttpStatusCode.Forbidden, "no key of this image signed it", () => new ByteArrayContent(booted.NewVersion()), booted.Sign(booted.NewVersion()));

    [Fact]
    public async Task A_signed_program_that_is_no_agent_is_refused()
    {
        byte[] binary = await File.ReadAllBytesAsync("/bin/true", Cancel);

        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "no amphora-agent", () => new ByteArrayContent(binary), booted.Sign(binary));
    }

    [Fact]
    public async Task Signed_bytes_that_are_no_program_are_refused()
    {
        byte[] binary = RandomNumberGenerator.GetBytes(100_000);

        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "self-test of the new binary", () => new ByteArrayContent(binary), booted.Sign(binary));
    }

    [Fact]
    public async Task One_that_is_too_large_is_refused()
    {
        byte[] binary = new byte[(64 * 1024 * 1024) + 1];

        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "too large", () => new ByteArrayContent(binary), booted.Sign(binary));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_and_the_next_one_is_looked_at()
    {
        IReadOnlyList<string> slots = booted.Slots;
        byte[] binary = booted.NewVersion();
        // The request disposes it.
        HalfContent half = new(binary);
        Task<JsonNode> upload = booted.PutAsync(half, booted.Sign(binary), 60, Cancel);
        await half.HalfSent;
        await Until.TrueAsync("the agent takes it in", TimeSpan.FromSeconds(30), () => booted.Slots.Count > slots.Count, Cancel);

        // Two at a time cannot be.
        await RefusedAsync(HttpStatusCode.Conflict, "another binary is being taken in", () => new ByteArrayContent(binary), booted.Sign(binary), isAlone: false);
        half.BreakOff();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => upload);

        await Until.TrueAsync("nothing is left", TimeSpan.FromSeconds(30), () => booted.Slots.SequenceEqual(slots), Cancel);
        await RefusedAsync(HttpStatusCode.BadRequest, "Amphora-Signature is missing", () => new ByteArrayContent(binary), null);
    }

    private async Task RefusedAsync(HttpStatusCode status, string words, Func<HttpContent> content, byte[]? signature, bool isAlone = true)
    {
        IReadOnlyList<string> slots = booted.Slots;
        using HttpContent body = content();

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => booted.PutAsync(body, signature, 60, Cancel));

        Assert.Equal(status, refused.StatusCode);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        if (isAlone)
        {
            Assert.Equal(slots, booted.Slots);
        }

        JsonNode program = (await booted.ProgramAsync(Cancel))!;
        Assert.Null(program["upgrade"]);
        Assert.Equal("/usr/lib/amphora/amphora-agent", booted.Link);
    }

    /// <summary>A body whose second half never comes.</summary>
    private sealed class HalfContent(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _halfSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HalfSent => _halfSent.Task;

        public void BreakOff() => _broken.TrySetException(new IOException("broken off"));

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            _halfSent.TrySetResult();
            await _broken.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
