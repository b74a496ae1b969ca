using System.Reflection;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Evaluations.Nll;
using FFF.Flows;
using FFF.Networks.Embeddings;
using FFF.Options;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>Which kinds there are, and in which order.</summary>
public sealed class KindsTests
{
    [Fact]
    public void TheLibrarysOwnAreInTheirOrder()
    {
        Assert.Equal(["fff", "spline-flow", "flow-matching"], Kinds.Of(typeof(MethodConfig)).Select(kind => kind.Name));
        Assert.Equal(["toy", "sbi", "simulations", "table", "particles", "molecules", "mixture"], Kinds.Of(typeof(DataConfig)).Select(kind => kind.Name));
        Assert.Equal(["dense", "deep-set", "conv1d", "torchscript"], Kinds.Of(typeof(EmbeddingConfig)).Select(kind => kind.Name));
        Assert.Equal("nll", Kinds.NameOf<EvaluationConfig>(new NllEvaluation()));
        Assert.Empty(Kinds.Of(typeof(KindsTests)));
    }

    [Fact]
    public void AnotherAssemblysFollowByOrderAndThenByName()
    {
        Kinds.Register(new Attributed(new KindAttribute<Dish, Soup>("soup"), new KindAttribute<Dish, Bread>("bread"),
            new KindAttribute<Dish, Salad>("salad") { Order = 1 }));
        Kinds.Register(new Attributed(new KindAttribute<Dish, Apple>("apple") { Order = 0 }));
        Assert.Equal(["salad", "bread", "soup", "apple"], Kinds.Of(typeof(Dish)).Select(kind => kind.Name));
    }

    [Fact]
    public void TwoOfOneNameAreNamedAndNothingIsRegistered()
    {
        Kinds.Register(new Attributed(new KindAttribute<Meal, Lunch>("lunch")));
        var error = Assert.Throws<ArgumentException>(() =>
            Kinds.Register(new Attributed(new KindAttribute<Meal, Supper>("supper"), new KindAttribute<Meal, Brunch>("lunch"))));
        Assert.Equal("Two kinds of Meal have the name 'lunch': FFF.Tests.Configuration.KindsTests+Lunch of FFF.Tests and "
                + "FFF.Tests.Configuration.KindsTests+Brunch of FFF.Tests. Rename one of them.",
            error.Message);
        Assert.Equal(["lunch"], Kinds.Of(typeof(Meal)).Select(kind => kind.Name));
        Assert.Contains("no kind of Meal", Assert.Throws<ArgumentException>(() => Kinds.NameOf<Meal>(new Supper())).Message, StringComparison.Ordinal);
    }

    /// <summary>An assembly that has nothing but the registrations.</summary>
    private sealed class Attributed(params KindAttribute[] kinds) : Assembly
    {
        public override object[] GetCustomAttributes(Type attributeType, bool inherit) => kinds;
    }

    internal abstract record Dish;

    internal sealed record Soup : Dish;

    internal sealed record Bread : Dish;

    internal sealed record Salad : Dish;

    internal sealed record Apple : Dish;

    internal abstract record Meal;

    internal sealed record Lunch : Meal;

    internal sealed record Supper : Meal;

    internal sealed record Brunch : Meal;
}
