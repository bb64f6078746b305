// Bodies that do not arrive.
using Amphora.Agent.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Amphora.Agent.Tests.Http;

public sealed class RequestBodyTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_server_cannot_read_is_the_clients_fault()
    {
        // As Kestrel says it of a chunk size that overflows.
        DefaultHttpContext context = new() { Request = { Body = new BrokenBody(new IOException("Bad chunk size data.")) } };

        var refused = await Assert.ThrowsAsync<BadHttpRequestException>(() => context.Request.ReadBytesAsync(100, s_limit, Cancellation));

        Assert.Equal(StatusCodes.Status400BadRequest, refused.StatusCode);
        Assert.Contains("Bad chunk size data.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_has_a_status_for_keeps_it()
    {
        DefaultHttpContext context = new() { Request = { Body = new BrokenBody(new BadHttpRequestException("too slow", StatusCodes.Status408RequestTimeout)) } };

        var refused = await Assert.ThrowsAsync<BadHttpRequestException>(() => context.Request.ReadBytesAsync(100, s_limit, Cancellation));

        Assert.Equal(StatusCodes.Status408RequestTimeout, refused.StatusCode);
    }

    private sealed class BrokenBody(IOException what) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
            // Nothing is written.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw what;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
