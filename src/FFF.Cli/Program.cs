using FFF.Native;

Console.WriteLine(Libtorch.Load());
