// Every test of this folder is an xunit test.
global using Xunit;
