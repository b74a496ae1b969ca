using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>Vector-Jacobian products by reverse mode.</summary>
/// <remarks>
/// By a backward pass with inputs, since what TorchSharp calls for <c>autograd.grad</c> lets an error in libtorch, such as
/// memory that does not suffice, end the process.
/// </remarks>
internal static class VectorJacobian
{
    /// <summary>vᵀ ∂y/∂x. The graph stays, so that more can be asked of it.</summary>
    /// <param name="y">What is differentiated.</param>
    /// <param name="x">A tensor of y's graph.</param>
    /// <param name="v">Of y's shape.</param>
    /// <param name="createGraph">Whether the result shall be differentiable itself.</param>
    /// <returns>Of x's shape.</returns>
    public static Tensor Of(Tensor y, Tensor x, Tensor v, bool createGraph = false) => Of([y], [x], [v], createGraph)[0]!;

    /// <summary>Σ_k v_kᵀ ∂y_k/∂x_i for each x_i; null where no y depends on it.</summary>
    /// <inheritdoc cref="Of(Tensor, Tensor, Tensor, bool)"/>
    public static Tensor?[] Of(Tensor[] y, Tensor[] x, Tensor[] v, bool createGraph)
    {
        Tensor?[] before = [.. x.Select(Taken)];
        autograd.backward(y, v, retain_graph: true, create_graph: createGraph, inputs: x);
        PassMemory.Current?.ThrowIfFailed();
        Tensor?[] products = [.. x.Select(Taken)];
        foreach (var (tensor, gradient) in x.Zip(before))
        {
            tensor.grad = gradient;
        }

        return products;
    }

    /// <summary>What a tensor has accumulated, taken from it.</summary>
    private static Tensor? Taken(Tensor tensor)
    {
        // Within a graph gradients are kept only where that was asked for.
        if (!tensor.is_leaf)
        {
            tensor.retain_grad();
        }

        var gradient = tensor.grad;
        tensor.grad = null;
        return gradient;
    }
}
