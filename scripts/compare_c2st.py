"""The Python half of compare_c2st.sh: scikit-learn's classifier two-sample test beside `fff eval-c2st`."""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

import numpy as np
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neural_network import MLPClassifier


def generate(dimension, count, rng):
    """A pair that is hard to tell apart: narrow crescents and the same blurred, or Gaussians 0.5 apart."""
    if dimension != 2:
        return rng.standard_normal((count, dimension)) + 0.5 / np.sqrt(dimension), rng.standard_normal((count, dimension))

    def crescents(width):
        angle = rng.uniform(-np.pi / 2, np.pi / 2, count)
        radius = rng.normal(0.1, width, count)
        side = rng.choice([-1, 1], count)
        return np.stack([side * (radius * np.cos(angle) + 0.25), radius * np.sin(angle)], axis=1)

    return crescents(0.02), crescents(0.01)


def scikit_learn(samples, reference, seed, jobs):
    """Accuracy by the benchmark's metrics/c2st.py, folds in parallel."""
    mean, std = reference.mean(0), reference.std(0, ddof=1)
    data = np.concatenate([(reference - mean) / std, (samples - mean) / std])
    labels = np.repeat([0, 1], [len(reference), len(samples)])
    hidden = 10 * data.shape[1]
    classifier = MLPClassifier(activation="relu", hidden_layer_sizes=(hidden, hidden), max_iter=10000, solver="adam", random_state=seed)
    folds = KFold(n_splits=5, shuffle=True, random_state=seed)
    return cross_val_score(classifier, data, labels, cv=folds, scoring="accuracy", n_jobs=jobs).mean()


def gflops():
    """The best of several float32 products of large matrices: what numpy's BLAS reaches here."""
    n, best = 1024, 0.0
    a = np.random.default_rng(0).standard_normal((n, n), dtype=np.float32)
    for _ in range(12):
        start = time.perf_counter()
        a @ a
        best = max(best, 2e-9 * n**3 / (time.perf_counter() - start))
    return best


def main():
    parser = argparse.ArgumentParser(prog="compare_c2st.sh")
    parser.add_argument("--fff", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--samples", help=".npy file, [N, D]")
    parser.add_argument("--reference", help=".npy file, [M, D]")
    parser.add_argument("--dimension", type=int, default=2, help="of generated samples (default: 2)")
    parser.add_argument("--count", type=int, default=10000, help="of generated samples, on each side (default: 10000)")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each, in alternation (default: 3)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if (options.samples is None) != (options.reference is None):
        parser.error("--samples and --reference go together")

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with tempfile.TemporaryDirectory() as folder:
        if options.samples is None:
            for name, points in zip(("samples", "reference"), generate(options.dimension, options.count, np.random.default_rng(options.seed))):
                setattr(options, name, os.path.join(folder, name + ".npy"))
                np.save(getattr(options, name), points.astype(np.float32))

        samples, reference = (np.load(path).astype(np.float32) for path in (options.samples, options.reference))
        command = [options.fff, "eval-c2st", "--samples", options.samples, "--reference", options.reference, "--seed", str(options.seed), "--json"]
        scikit_learn(samples[:100], reference[:100], options.seed, cores)  # starts the worker processes
        theirs, ours = [], []
        for _ in range(options.repeats):
            start = time.perf_counter()
            accuracy = scikit_learn(samples, reference, options.seed, cores)
            theirs.append((accuracy, time.perf_counter() - start))

            result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            ours.append((result["accuracy"], result["seconds"]))

    print(f"{samples.shape[0]} and {reference.shape[0]} points in {samples.shape[1]} dimensions, {cores} cores, medians of {options.repeats}")
    print(f"numpy's matrix product: {gflops():.0f} GFLOP/s, OPENBLAS_CORETYPE={os.environ.get('OPENBLAS_CORETYPE', '')}")
    print(f"{'':14}{'accuracy':>10}{'seconds':>10}")
    medians = []
    for name, runs in (("scikit-learn", theirs), ("fff", ours)):
        accuracy, seconds = (statistics.median(values) for values in zip(*runs))
        medians.append(seconds)
        print(f"{name:14}{accuracy:10.4f}{seconds:10.2f}")
    print(f"scikit-learn takes {medians[0] / medians[1]:.1f} times as long")


if __name__ == "__main__":
    main()
