// Every test of this folder is an xunit test, and runs Linux programs.
global using Xunit;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
