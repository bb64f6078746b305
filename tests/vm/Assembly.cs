// One boot for all tests that start copies, and one machine after the other: each takes a processor for itself.
using Amphora.Fixtures.Vms;
using Xunit;

[assembly: AssemblyFixture(typeof(SavedAmphora))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
