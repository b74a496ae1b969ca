namespace FFF.Graphs;

/// <summary>What the numbers of a value are; the values are those of ONNX's TensorProto.DataType.</summary>
internal enum ElementKind
{
    /// <summary>float32.</summary>
    Single = 1,

    /// <summary>int64.</summary>
    Integer = 7,

    /// <summary>bool.</summary>
    Truth = 9,

    /// <summary>float64.</summary>
    Double = 11,
}
