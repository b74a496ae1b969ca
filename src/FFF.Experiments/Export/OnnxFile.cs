using FFF.Formats;
using FFF.Graphs;
using Google.Protobuf;
using Onnx;

namespace FFF.Export;

/// <summary>A graph of operators as an ONNX file, by ONNX's own schema (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).</summary>
internal static class OnnxFile
{
    /// <summary>The version of the format that has opset 17.</summary>
    private const long IrVersion = 8;

    private const string RowsAxis = "N";

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="notes">Texts by name, which runtimes give as the model's metadata.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static void Write(string path, string name, OperatorGraph graph, IReadOnlyDictionary<string, string> notes)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "fff",
            ProducerVersion = Runs.Manifest.ThisProgram,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorGraph.Opset } },
            Graph = new GraphProto
            {
                Name = name,
                Node = { graph.Nodes.Select(Node) },
                Initializer = { graph.Constants.Select(Constant) },
                Input = { graph.Inputs.Select(Port) },
                Output = { graph.Outputs.Select(Port) },
            },
            MetadataProps = { notes.Select(note => new StringStringEntryProto { Key = note.Key, Value = note.Value }) },
        };
        AtomicFile.Write(path, model.WriteTo);
    }

    private static NodeProto Node(GraphNode node) => new()
    {
        Name = node.Output,
        OpType = node.Operator,
        Input = { node.Inputs },
        Output = { node.Output },
        Attribute =
        {
            node.Attributes.Select(attribute => new AttributeProto
            {
                Name = attribute.Name,
                Type = AttributeProto.Types.AttributeType.Int,
                I = attribute.Value,
            }),
        },
    };

    private static TensorProto Constant(GraphConstant constant) => new()
    {
        Name = constant.Name,
        DataType = (int)constant.Kind,
        Dims = { constant.Shape },
        RawData = ByteString.CopyFrom(constant.Bytes),
    };

    private static ValueInfoProto Port(GraphPort port)
    {
        // What is given for all rows may be one row.
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = port.Name == DensityGraph.Condition ? "N_or_1" : RowsAxis });
        if (port.Columns is { } columns)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = columns });
        }

        return new ValueInfoProto
        {
            Name = port.Name,
            DocString = port.Text,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)port.Kind, Shape = shape } },
        };
    }
}
