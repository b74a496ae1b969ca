using Xunit.Sdk;
using Xunit.v3;

// TorchSharp frees numbers that it passes to libtorch as soon as a garbage collection finds them, which one that another
// test starts may do while libtorch still reads them. And tests that count live tensors must be alone.
[assembly: Parallelization(Mode = ParallelMode.None)]
