// Ids that become names of files.
using Amphora.Agent.Actions;
using Xunit;

namespace Amphora.Agent.Tests.Actions;

public sealed class ObjectIdTests
{
    [Theory]
    [InlineData("4f064981-033d-5ce2-8147-bef15afffe4d", true)]
    [InlineData("amp_123", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    [InlineData("a\0", false)]
    [InlineData("ä", false)]
    public void Only_letters_digits_and_two_signs_can_be_a_name(string text, bool isOne)
    {
        Assert.Equal(isOne, ObjectId.Is(text));
        if (!isOne)
        {
            Assert.Throws<ArgumentException>(() => ObjectId.Checked(text));
        }
    }
}
