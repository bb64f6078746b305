// What no configuration file of ours may hold, in any spelling.
namespace Amphora.Templates.Encoding;

internal static class Characters
{
    /// <summary>Refuses control characters (U+0000–001F, U+007F–009F) and halves of a surrogate pair.</summary>
    /// <exception cref="UnsafeValueException">It holds one.</exception>
    public static void RefuseControls(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            if (char.IsControl(character))
            {
                throw new UnsafeValueException(value, $"contains the control character U+{(int)character:X4}");
            }

            if (char.IsSurrogate(character))
            {
                if (!(char.IsHighSurrogate(character) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])))
                {
                    throw new UnsafeValueException(value, $"contains half of a surrogate pair, U+{(int)character:X4}");
                }

                i++;
            }
        }
    }
}
