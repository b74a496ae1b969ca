using Xunit.Sdk;
using Xunit.v3;

// Tests that count live tensors must be alone.
[assembly: Parallelization(Mode = ParallelMode.None)]
