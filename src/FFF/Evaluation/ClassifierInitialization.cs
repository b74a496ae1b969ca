using FFF.Kernels.Classifiers;

namespace FFF.Evaluation;

/// <summary>What a classifier's training starts from.</summary>
internal static class ClassifierInitialization
{
    /// <summary>
    /// Initial parameters, [P]: weights and biases of a layer uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio,
    /// 2010), drawn in the order of scikit-learn.
    /// </summary>
    public static float[] Initial(this ClassifierLayout layout, NumpyRandom random)
    {
        var row = new float[layout.Count];
        var hidden = layout.Hidden;
        Layer(0, layout.B1, layout.Dimension, hidden, toFrom: false);
        Layer(layout.W2, layout.B2, hidden, hidden, toFrom: true);
        Layer(layout.W3, layout.B3, hidden, 1, toFrom: false);
        return row;

        void Layer(int weights, int biases, int inputs, int outputs, bool toFrom)
        {
            var bound = Math.Sqrt(6.0 / (inputs + outputs));
            for (var from = 0; from < inputs; from++)
            {
                for (var to = 0; to < outputs; to++)
                {
                    row[weights + (toFrom ? (to * inputs) + from : (from * outputs) + to)] = (float)random.Uniform(-bound, bound);
                }
            }

            for (var to = 0; to < outputs; to++)
            {
                row[biases + to] = (float)random.Uniform(-bound, bound);
            }
        }
    }
}
