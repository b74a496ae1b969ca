#!/usr/bin/env python3
"""Reads a run of FFF with NumPy alone: samples it, and gives log-densities, codes and what codes are decoded to.

    import fff_run
    run = fff_run.load("runs/mine/v0001")
    x = run.sample(1000, condition=[12], seed=1)            # what `fff sample --seed 1` draws
    x, log_prob = run.sample_with_log_prob(1000, condition=[12], seed=1)
    log_prob = run.log_prob(x, condition=[12])              # what `fff log-prob` gives

    python3 fff_run.py sample runs/mine/v0001 -n 1000 --condition 12 --out noon.csv
    python3 fff_run.py log-prob runs/mine/v0001 --data noon.csv --condition 12

Densities are exact and in the data's own units: the Jacobian of the encoder is made of forward tangents, one a dimension.
Methods fff, spline-flow and flow-matching, and ensembles of them; networks dense, residual, stack and egnn; embeddings dense,
deep-set and conv1d; spaces of numbers, bounded and positive ones, particles, and molecules by distances and angles.
Whatever else a run is made of is refused by name. Networks are computed in float64, on numbers that are rounded to float32
as the program rounds them; the program computes in float32, so that they differ by its rounding.
"""

import argparse
import csv
import hashlib
import io
import json
import math
import os
import sys

import numpy as np

ROWS_AT_ONCE = 1 << 16  # rows that are drawn from one stream: what a seed draws depends on it
NUMBERS_AT_ONCE = 1 << 23  # numbers of a layer that are in memory at once


class RunError(Exception):
    """What is wrong with the run or the question, in a sentence."""


# ---- files -----------------------------------------------------------------------------------------------------------


def read_safetensors(path):
    """Tensors and texts of a .safetensors file; its checksum, where it has one, is verified."""
    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1", "BOOL": "?"}
    try:
        with open(path, "rb") as file:
            content = file.read()
        length = int.from_bytes(content[:8], "little")
        header = json.loads(content[8:8 + length])
        data = memoryview(content)[8 + length:]
        notes = header.pop("__metadata__", {})
        if "sha256" in notes and hashlib.sha256(data).hexdigest() != notes["sha256"].lower():
            raise RunError(f"{path}: is damaged: its checksum is another. Use another checkpoint of the run.")
        tensors = {}
        for name, entry in header.items():
            start, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[start:end], types[entry["dtype"]]).reshape(entry["shape"])
        return tensors, notes
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{path}: is no whole .safetensors file ({error}).") from None


def read_yaml(text):
    """The part of YAML that the program writes configurations in: mappings and lists by indentation, `[..]`, `{}`, scalars."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    at = 0

    def scalar(word):
        if word[:1] == "[":
            return [scalar(part.strip()) for part in word[1:-1].split(",") if part.strip()]
        if word[:1] == "{":
            return {}
        if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"":
            return json.loads(word) if word[0] == '"' else word[1:-1].replace("''", "'")
        if word in ("null", "~", ""):
            return None
        if word in ("true", "false"):
            return word == "true"
        for kind in (int, float):
            try:
                return kind(word)
            except ValueError:
                pass
        return word

    def block(indent):
        nonlocal at
        result = [] if lines[at][1].startswith("-") else {}
        while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("-") == isinstance(result, list):
            word = lines[at][1]
            if isinstance(result, list):
                inner = word[1:].strip()
                if ": " in inner or inner.endswith(":"):  # a mapping begins behind the dash
                    lines[at] = (indent + len(word) - len(inner), inner)
                    result.append(block(lines[at][0]))
                else:
                    at += 1
                    result.append(scalar(inner))
                continue
            key, _, value = word.partition(":")
            at += 1
            if value.strip():
                result[key.strip("'\"")] = scalar(value.strip())
                while at < len(lines) and lines[at][0] > indent:
                    at += 1  # a long text that goes on
            else:
                nested = at < len(lines) and (lines[at][0] > indent or (lines[at][0] == indent and lines[at][1].startswith("- ")))
                result[key.strip("'\"")] = block(lines[at][0]) if nested else None
        return result

    return block(lines[0][0]) if lines else {}


# ---- random numbers --------------------------------------------------------------------------------------------------


def named_seed(seed, name, *indices):
    """The seed of a purpose: the first 63 bits of SHA-256 over seed, name and indices."""
    text = "/".join(str(part) for part in (seed, name, *indices))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") & ((1 << 63) - 1)


class RandomStream:
    """Numbers that libtorch's generator of a seed draws on a CPU: the Mersenne twister, with libtorch's transforms."""

    def __init__(self, seed):
        self.twister = np.random.RandomState(seed & 0xFFFFFFFF)  # libtorch seeds it with the lower half
        self.left = None  # the second number of a pair that was drawn

    def _words(self, count):
        return self.twister.randint(0, 1 << 32, count, np.uint32)

    def _uniforms(self, count):
        """In [0, 1), of 53 bits."""
        words = self._words(2 * count).astype(np.uint64).reshape(-1, 2)
        return ((words[:, 0] << np.uint64(32) | words[:, 1]) & np.uint64((1 << 53) - 1)).astype(np.float64) * 2.0 ** -53

    def _normal(self):
        """One number in float64."""
        if self.left is not None:
            number, self.left = self.left, None
            return number
        u, v = (float(number) for number in self._uniforms(2))
        radius, angle = math.sqrt(-2 * math.log1p(-v)), 2 * math.pi * u
        self.left = radius * math.sin(angle)
        return radius * math.cos(angle)

    def normal(self, shape, kind=np.float32):
        """randn in float32 or float64, by Box and Muller; fewer than 16 are drawn one by one."""
        count = int(np.prod(shape))
        if count < 16:
            return np.array([self._normal() for _ in range(count)]).astype(kind).reshape(shape)

        def pairs(uniform):  # of 16 numbers the first eight are radii, the others angles
            blocks = uniform.reshape(-1, 2, 8)
            radius = np.sqrt(kind(-2) * np.log(kind(1) - blocks[:, 0]))
            angle = kind(2 * math.pi) * blocks[:, 1]
            return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).reshape(-1)

        uniform = self.uniform if kind is np.float32 else self._uniforms
        first, whole = uniform(count), count - count % 16
        result = np.concatenate([pairs(first[:whole]), first[whole:]])
        if count % 16:
            result[-16:] = pairs(uniform(16))
        return result.reshape(shape)

    def gamma(self, concentration, shape):
        """Gamma numbers of scale 1 in float32 (Marsaglia and Tsang 2000)."""
        alpha = np.float32(concentration)
        boosted = alpha + np.float32(1) if alpha < 1 else alpha
        d = float(boosted - np.float32(1) / np.float32(3))
        c = 1 / math.sqrt(9 * d)
        numbers = np.empty(int(np.prod(shape)), np.float32)
        for i in range(len(numbers)):
            scale = (1 - float(self._uniforms(1)[0])) ** (1 / float(alpha)) if alpha < 1 else 1.0
            while True:
                x = self._normal()
                v = (1 + c * x) ** 3
                if 1 + c * x <= 0:
                    continue
                u = 1 - float(self._uniforms(1)[0])
                if u < 1 - float(np.float32(0.0331)) * x ** 4 or math.log(u) < 0.5 * x * x + d * (1 - v + math.log(v)):
                    break
            numbers[i] = max(scale * d * v, float(np.finfo(np.float32).tiny))
        return numbers.reshape(shape)

    def uniform(self, shape):
        """rand in float32, in [0, 1)."""
        return ((self._words(int(np.prod(shape))) & 0xFFFFFF).astype(np.float32) * np.float32(2.0 ** -24)).reshape(shape)

    def rotations(self, count):
        """Orientations in space, [count, 3, 3]: Q of Gaussian matrices, with R's diagonal made positive, and no reflections."""
        q, r = np.linalg.qr(self.normal((count, 3, 3), np.float64))
        q = q * np.sign(np.diagonal(r, 0, 1, 2))[:, None]
        q[:, :, 0] *= np.sign(np.linalg.det(q))[:, None]
        return q


# ---- a value with its tangents ---------------------------------------------------------------------------------------


class Dual:
    """A value [B, ...] with K tangents [K, B, ...], or none: forward-mode differentiation."""

    def __init__(self, value, tangent=None):
        self.value, self.tangent = value, tangent

    def map(self, linear):
        """A linear operation without parameters, which counts dimensions from the last."""
        return Dual(linear(self.value), None if self.tangent is None else linear(self.tangent))

    def linear(self, weight, bias=None):
        """y = x Wᵀ + b."""
        value = self.value @ weight.T
        return Dual(value if bias is None else value + bias, None if self.tangent is None else self.tangent @ weight.T)

    def apply(self, function):
        """y = a(x), where the function gives a(x) and a'(x)."""
        value, slope = function(self.value)
        return Dual(value, None if self.tangent is None else slope * self.tangent)

    def append(self, other):
        """[x, y] along the last dimension; y a Dual, a constant or None."""
        if other is None:
            return self
        other = other if isinstance(other, Dual) else Dual(other)
        value = np.concatenate([self.value, other.value], -1)
        if self.tangent is None and other.tangent is None:
            return Dual(value)
        count = len(self.tangent if self.tangent is not None else other.tangent)
        parts = [np.zeros((count,) + part.value.shape) if part.tangent is None else part.tangent for part in (self, other)]
        return Dual(value, np.concatenate(parts, -1))

    def __add__(self, other):
        tangent = other.tangent if self.tangent is None else self.tangent if other.tangent is None else self.tangent + other.tangent
        return Dual(self.value + other.value, tangent)

    def __sub__(self, other):
        return self + other.map(lambda t: -t)

    def __mul__(self, other):
        parts = [t * v for t, v in ((self.tangent, other.value), (other.tangent, self.value)) if t is not None]
        return Dual(self.value * other.value, sum(parts) if parts else None)

    def squared_norm(self):
        """Σ x² over the last dimension, which stays."""
        tangent = None if self.tangent is None else 2 * (self.value * self.tangent).sum(-1, keepdims=True)
        return Dual((self.value ** 2).sum(-1, keepdims=True), tangent)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def erf(x):
    """The error function: NumPy has none, the standard library one of single numbers."""
    return np.vectorize(math.erf, otypes=[np.float64])(x)


def silu(x):
    s = sigmoid(x)
    return x * s, s + x * s * (1 - s)


def gelu(x):
    cdf = 0.5 * (1 + erf(x / math.sqrt(2)))
    return x * cdf, cdf + x * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


ACTIVATIONS = {
    "silu": silu,
    "gelu": gelu,
    "tanh": lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2),
    "softplus": lambda x: (np.logaddexp(0, x), sigmoid(x)),
    "elu": lambda x: (np.where(x > 0, x, np.expm1(np.minimum(x, 0))), np.exp(np.minimum(x, 0))),
    "sine": lambda x: (np.sin(x), np.cos(x)),
    "relu": lambda x: (np.maximum(x, 0), (x > 0).astype(np.float64)),
}


# ---- networks: each a function of a Dual and a condition -------------------------------------------------------------


class Weights:
    """Tensors below a prefix, in float64."""

    def __init__(self, tensors, prefix):
        self.tensors, self.prefix = tensors, prefix

    def below(self, name):
        return Weights(self.tensors, f"{self.prefix}{name}.")

    def __call__(self, name):
        try:
            return self.tensors[self.prefix + name].astype(np.float64)
        except KeyError:
            raise RunError(f"The checkpoint has no '{self.prefix}{name}': it does not belong to config.yaml beside it.") from None

    def has(self, name):
        return self.prefix + name in self.tensors


def perceptron(weights, layers, activation):
    """Linear layers, numbered 0, 2, 4 and so on, with an activation between them."""
    parameters = [(weights(f"{2 * i}.weight"), weights(f"{2 * i}.bias")) for i in range(layers)]
    function = ACTIVATIONS[activation]

    def forward(x):
        for i, (weight, bias) in enumerate(parameters):
            x = x.linear(weight, bias) if i == 0 else x.apply(function).linear(weight, bias)
        return x

    forward.width = max(max(weight.shape) for weight, _ in parameters)
    return forward


def dense(config, weights, is_decoder, dimension, graph):
    net = perceptron(weights.below("net"), len(config["widths"]) + 1, config["activation"])

    def forward(x, condition):
        y = net(x.append(condition))
        return x + y if config["identity"] else y

    forward.width = net.width
    return forward


def residual(config, weights, is_decoder, dimension, graph):
    blocks = [perceptron(weights.below(f"blocks.{i}"), len(config["widths"]) + 1, config["activation"]) for i in range(config["blocks"])]
    weight, bias = weights("project.weight"), weights("project.bias")

    def forward(x, condition):
        h = x.append(condition)
        h = h.linear(weight, bias) if is_decoder else h
        for block in blocks:
            h = h + block(h)
        return h.map(lambda t: t[..., :dimension]) if is_decoder else h.linear(weight, bias)

    forward.width = max([block.width for block in blocks] + [max(weight.shape)])
    return forward


def stack(config, weights, is_decoder, dimension, graph):
    """Networks in a row; the decoder has their mirrors in reverse order."""
    configs = config["networks"][::-1] if is_decoder else config["networks"]
    networks = [network(inner, weights.below(f"networks.{i}"), is_decoder, dimension, graph) for i, inner in enumerate(configs)]

    def forward(x, condition):
        for inner in networks:
            x = inner(x, condition)
        return x

    forward.width = max(inner.width for inner in networks)
    return forward


def egnn(config, weights, is_decoder, dimension, graph):
    """An E(n)-equivariant graph network on positions (Satorras et al., ICML 2021, as in Hoogeboom et al., ICML 2022)."""
    if graph is None:
        raise RunError("The network egnn is for particles, and these data are none.")
    net = weights.below("egnn")
    nodes, labels = graph["particles"], graph["labels"]
    others = np.array([[j for j in range(nodes) if j != i] for i in range(nodes)]).reshape(nodes, nodes - 1)
    widths = config["width"]

    def pairs(own, neighbour):
        """y_ij = x_i + w_j of each node's N − 1 others, [..., N, N − 1, H]."""
        return own.map(lambda t: t[..., :, None, :]) + neighbour.map(lambda t: t[..., others, :])

    def edge_perceptron(part):
        first, bias, second, second_bias = (part(name) for name in ("0.weight", "0.bias", "2.weight", "2.bias"))
        readout = part("4.weight") if part.has("4.weight") else None

        def forward(h, distances):
            m = pairs(h.linear(first[:, :widths], bias), h.linear(first[:, widths:2 * widths])) + distances.linear(first[:, 2 * widths:])
            m = m.apply(silu).linear(second, second_bias).apply(silu)
            return m if readout is None else m.linear(readout)

        return forward

    def message_passing(part):
        edge, node = edge_perceptron(part.below("edge_mlp")), perceptron(part.below("node_mlp"), 2, "silu")
        attention = perceptron(part.below("att_mlp"), 1, "silu") if config["attention"] else None

        def forward(h, distances):
            m = edge(h, distances)
            told = m if attention is None else m * attention(m).apply(lambda x: (sigmoid(x), sigmoid(x) * sigmoid(-x)))
            return h + node(h.append(told.map(lambda t: t.sum(-2) / config["normalization_factor"]))), m

        return forward

    def update(part):
        """φ_ij of the positions' update: of a perceptron of its own, or read out of the last messages; R tanh(φ / R) with a bound R."""
        edge = None if config.get("shared_messages") else edge_perceptron(part)
        readout, bound = part("weight") if edge is None else None, config.get("move_bound")

        def forward(h, messages, distances):
            number = messages.linear(readout) if edge is None else edge(h, distances)
            return number if bound is None else number.apply(lambda x: (bound * np.tanh(x / bound), 1 - np.tanh(x / bound) ** 2))

        return forward

    blocks = []
    for i in range(config["blocks"]):
        part = net.below(f"e_block_{i}")
        blocks.append(([message_passing(part.below(f"gcl_{j}")) for j in range(config["sublayers"])],
                       update(part.below("gcl_equiv.coord_mlp"))))
    embedding, embedding_bias = net("embedding.weight"), net("embedding.bias")

    def inverse_length(squared):  # 1 / (√(r + ε) + c)
        length = np.sqrt(squared + 1e-8)
        y = 1 / (length + config["norm_constant"])
        return y, -0.5 * y * y / length

    def forward(x, condition):
        start = x.map(lambda t: t.reshape(t.shape[:-1] + (nodes, -1)))
        rows = len(x.value)
        told = np.ones((rows, nodes, 1)) if labels is None else np.broadcast_to(labels, (rows,) + labels.shape)
        told = Dual(told).append(None if condition is None else np.repeat(condition[:, None, :], nodes, 1))
        h, at = told.linear(embedding, embedding_bias), start
        initial = None
        for passings, number in blocks:
            difference = pairs(at, at.map(lambda t: -t))
            squared = difference.squared_norm()
            initial = squared if initial is None else initial
            distances, directions = squared.append(initial), difference * squared.apply(inverse_length)
            for passing in passings:
                h, messages = passing(h, distances)
            moved = directions * number(h, messages, distances)
            at = at + moved.map(lambda t: t.sum(-2) / config["normalization_factor"])
        change = (at - start).map(lambda t: t - t.mean(-2, keepdims=True))
        return (start + change).map(lambda t: t.reshape(t.shape[:-2] + (-1,)))

    forward.width = 4 * nodes * (nodes - 1) * widths
    return forward


NETWORKS = {"dense": dense, "residual": residual, "stack": stack, "egnn": egnn}


def network(config, weights, is_decoder, dimension, graph):
    if config["kind"] not in NETWORKS:
        raise RunError(f"The network {config['kind']} is none that is read here: {', '.join(NETWORKS)} are. Use the program.")
    return NETWORKS[config["kind"]](config, weights, is_decoder, dimension, graph)


# ---- summaries of conditions -----------------------------------------------------------------------------------------


def dense_embedding(config, weights):
    net = perceptron(weights.below("net"), len(config["widths"]) + 1, config["activation"])
    return lambda c: net(Dual(c)).value


def deep_set(config, weights):
    """ρ of the mean over elements of a(φ(element))."""
    element = perceptron(weights.below("element"), len(config["element_widths"]), config["activation"])
    net = perceptron(weights.below("net"), len(config["widths"]) + 1, config["activation"])

    def forward(c):
        elements = ACTIVATIONS[config["activation"]](element(Dual(c.reshape(len(c), -1, config["features"]))).value)[0]
        return net(Dual(elements.mean(1))).value

    return forward


def conv1d(config, weights):
    """Convolutions along times, zeros beyond both ends, and a perceptron on what they give."""
    kernel, half = config["kernel"], config["kernel"] // 2
    layers = [(weights(f"convolutions.{i}.weight"), weights(f"convolutions.{i}.bias")) for i in range(len(config["filters"]))]
    net = perceptron(weights.below("net"), len(config["widths"]) + 1, config["activation"])

    def forward(c):
        h = c.reshape(len(c), -1, config["channels"])
        for weight, bias in layers:
            padded = np.pad(h, ((0, 0), (half, half), (0, 0)))
            windows = np.stack([padded[:, t:t + kernel].transpose(0, 2, 1) for t in range(0, h.shape[1], config["stride"])], 1)
            h = ACTIVATIONS[config["activation"]](windows.reshape(len(c), windows.shape[1], -1) @ weight.T + bias)[0]
        return net(Dual(h.reshape(len(c), -1))).value

    return forward


EMBEDDINGS = {"dense": dense_embedding, "deep-set": deep_set, "conv1d": conv1d}


# ---- latent densities ------------------------------------------------------------------------------------------------


class Normal:
    """log p(z) = −½‖z‖² − ½ D log 2π."""

    def log_prob(self, z):
        return -0.5 * (z ** 2).sum(-1) - 0.5 * z.shape[-1] * math.log(2 * math.pi)

    def sample(self, random, rows, dimension):
        return random.normal((rows, dimension))

    def basis(self, dimension):
        return None


class MeanFreeNormal(Normal):
    """The same of N positions in d dimensions whose mean is zero, on that subspace of (N − 1)·d dimensions."""

    def __init__(self, graph):
        self.particles, self.dimensions = graph["particles"], graph["dimensions"]

    def centre(self, z):
        positions = z.reshape(-1, self.particles, self.dimensions)
        return (positions - positions.mean(1, keepdims=True, dtype=z.dtype)).reshape(z.shape)

    def log_prob(self, z):
        return -0.5 * (self.centre(z) ** 2).sum(-1) - 0.5 * (z.shape[-1] - self.dimensions) * math.log(2 * math.pi)

    def sample(self, random, rows, dimension):
        return self.centre(random.normal((rows, dimension)))

    def basis(self, dimension):
        """An orthonormal basis [D, S]: Helmert's contrasts of the particles for each dimension of space."""
        contrasts = np.zeros((self.particles, self.particles - 1))
        for k in range(1, self.particles):
            contrasts[:k, k - 1] = 1 / math.sqrt(k * (k + 1))
            contrasts[k, k - 1] = -k / math.sqrt(k * (k + 1))
        return np.kron(contrasts, np.eye(self.dimensions))


class StudentT:
    """Student-t components, independent or with one χ² for each vector."""

    def __init__(self, degrees, is_joint):
        self.degrees, self.is_joint = degrees, is_joint

    def log_prob(self, z):
        nu, size = self.degrees, z.shape[-1] if self.is_joint else 1
        constant = math.lgamma((nu + size) / 2) - math.lgamma(nu / 2) - 0.5 * size * math.log(nu * math.pi)
        if self.is_joint:
            return constant - (nu + size) / 2 * np.log1p((z ** 2).sum(-1) / nu)
        return z.shape[-1] * constant - (nu + 1) / 2 * np.log1p(z ** 2 / nu).sum(-1)

    def sample(self, random, rows, dimension):
        normal = random.normal((rows, dimension))
        gamma = random.gamma(self.degrees / 2, (rows, 1 if self.is_joint else dimension))
        return normal * np.sqrt(np.float32(self.degrees) / (np.float32(2) * gamma))

    def basis(self, dimension):
        return None


def latent_of(config, graph):
    config = config or {"kind": "normal" if graph is None else "mean-free-normal"}
    if config["kind"] == "normal":
        return Normal()
    if config["kind"] == "mean-free-normal" and graph is not None:
        return MeanFreeNormal(graph)
    if config["kind"] == "student-t":
        return StudentT(config["degrees_of_freedom"], config.get("components", "independent") == "joint")
    raise RunError(f"The latent density {config['kind']} is none that is read here: normal, mean-free-normal and student-t are. Use the program.")


# ---- methods: encode, decode, and both with log|det| -----------------------------------------------------------------


def jacobian_of(function, rows, basis):
    """The value [B, D] and log|det J| [B]; on a subspace with the basis U, [D, S], log|det UᵀJU|."""
    directions = np.eye(rows.shape[1]) if basis is None else basis
    tangents = np.broadcast_to(directions.T[:, None, :], (directions.shape[1],) + rows.shape)
    y = function(Dual(rows, tangents))
    jacobian = y.tangent.transpose(1, 2, 0)
    return y.value, np.linalg.slogdet(jacobian if basis is None else basis.T @ jacobian)[1]


class FreeForm:
    """Encoder f and decoder g; densities by their Jacobians."""

    def __init__(self, config, weights, dimension, graph):
        flow = config["flow"]
        self.latent = latent_of(flow.get("latent"), graph)
        self.encoder = network(flow["network"], weights.below("encoder"), False, dimension, graph)
        self.decoder = network(flow["network"], weights.below("decoder"), True, dimension, graph)
        self.width = max(self.encoder.width, self.decoder.width)
        self.basis = self.latent.basis(dimension)

        # What the networks are told of a β or σ that was drawn: the largest β, the smallest σ.
        objective = config["objective"]
        self.told = [sign for key, sign in (("beta", 1.0), ("noise", -1.0)) if (objective.get(key) or {}).get("kind") == "range"]

    def conditioned(self, rows, condition):
        if not self.told:
            return condition
        settings = np.broadcast_to(np.array(self.told), (rows, len(self.told)))
        return settings if condition is None else np.concatenate([condition, settings], -1)

    def encode(self, x, condition):
        return self.encoder(Dual(x), self.conditioned(len(x), condition)).value

    def decode(self, z, condition):
        return self.decoder(Dual(z), self.conditioned(len(z), condition)).value

    def log_prob(self, x, condition):
        z, log_det = jacobian_of(lambda h: self.encoder(h, self.conditioned(len(x), condition)), x, self.basis)
        return self.latent.log_prob(z) + log_det

    def decode_with_log_prob(self, z, condition):
        x, log_det = jacobian_of(lambda h: self.decoder(h, self.conditioned(len(z), condition)), z, self.basis)
        return x, self.latent.log_prob(z) - log_det


def positive(t, least):
    """ε + log(1 + exp(t + log(e^(1−ε) − 1))): above ε, and 1 at t = 0."""
    return np.logaddexp(0, t + math.log(math.exp(1 - least) - 1)) + least


class SplineCoupling:
    """Keeps half of the components and moves the others by rational-quadratic splines (Durkan et al., NeurIPS 2019)."""

    LEAST = 1e-3

    def __init__(self, config, weights, dimension, keeps_first):
        self.net = perceptron(weights.below("net"), len(config["widths"]) + 1, config["activation"])
        self.bins, self.bound = config["bins"], config["tail_bound"]
        self.kept, self.moved, self.keeps_first = dimension // 2, dimension - dimension // 2, keeps_first

    def forward(self, x, condition):
        return self._move(x, condition, False)

    def inverse(self, y, condition):
        return self._move(y, condition, True)

    def _move(self, value, condition, is_inverse):
        kept, moved = (value[:, :self.kept], value[:, self.kept:]) if self.keeps_first else (value[:, self.moved:], value[:, :self.moved])
        parts = [part for part in (kept, condition) if part is not None and part.shape[1] > 0]
        inputs = np.concatenate(parts, -1) if parts else np.ones((len(value), 1))
        parameters = self.net(Dual(inputs)).value.reshape(len(value), self.moved, 3 * self.bins - 1)
        moved, log_slope = self._spline(parameters, moved, is_inverse)
        return np.concatenate([kept, moved] if self.keeps_first else [moved, kept], -1), log_slope.sum(-1)

    def _spline(self, parameters, value, is_inverse):
        k, bound = self.bins, self.bound
        logits = parameters[..., :2 * k].reshape(parameters.shape[:-1] + (2, k))
        shares = np.exp(logits - logits.max(-1, keepdims=True))
        shares = shares / shares.sum(-1, keepdims=True) * (1 - self.LEAST * k) + self.LEAST
        sides = shares * (2 * bound)
        starts = np.cumsum(sides, -1) - sides - bound
        inner = positive(parameters[..., 2 * k:], self.LEAST)
        ends = np.ones(inner.shape[:-1] + (1,))
        left, right = np.concatenate([ends, inner], -1), np.concatenate([inner, ends], -1)

        inside = np.clip(value, -bound, bound)
        knots = starts[..., 1 if is_inverse else 0, 1:]
        bin_number = (inside[..., None] >= knots).sum(-1)[..., None]
        entry = lambda all_bins: np.take_along_axis(all_bins, bin_number, -1)[..., 0]
        x0, y0, width, height = entry(starts[..., 0, :]), entry(starts[..., 1, :]), entry(sides[..., 0, :]), entry(sides[..., 1, :])
        left, right = entry(left), entry(right)
        slope = height / width
        if is_inverse:
            rise = inside - y0
            bend = rise * (left + right - 2 * slope)
            a, b, c = bend + height * (slope - left), height * left - bend, -slope * rise
            root = np.sqrt(np.maximum(b * b - 4 * a * c, 0))
            xi = np.where(b < 0, root - b, -2 * c) / np.where(b < 0, 2 * a, root + b)
            result = x0 + width * xi + (value - inside)
        else:
            xi = (inside - x0) / width
        product = xi * (1 - xi)
        denominator = slope + (left + right - 2 * slope) * product
        if not is_inverse:
            result = y0 + height * (slope * xi * xi + left * product) / denominator + (value - inside)
        return result, 2 * np.log(slope / denominator) + np.log(right * xi * xi + 2 * slope * product + left * (1 - xi) ** 2)


class LuLinear:
    """y = L U x + b; log|det| = Σ log U_ii."""

    def __init__(self, weights):
        diagonal = positive(weights("diagonal"), 1e-3)
        self.matrix = (np.tril(weights("lower"), -1) + np.eye(len(diagonal))) @ (np.triu(weights("upper"), 1) + np.diag(diagonal))
        self.bias, self.log_det = weights("bias"), np.log(diagonal).sum()

    def forward(self, x, condition):
        return x @ self.matrix.T + self.bias, self.log_det

    def inverse(self, y, condition):
        return np.linalg.solve(self.matrix, (y - self.bias).T).T, self.log_det


class SplineFlow:
    """Couplings, each followed by a linear layer."""

    def __init__(self, config, weights, dimension, graph):
        self.latent, self.parts = Normal(), []
        for i in range(config["transforms"]):
            self.parts += [SplineCoupling(config, weights.below(f"coupling_{i}"), dimension, i % 2 == 0), LuLinear(weights.below(f"linear_{i}"))]
        self.width = 8 * 3 * config["bins"]

    def _run(self, parts, value, condition, is_inverse):
        log_det = np.zeros(len(value))
        for part in parts:
            value, own = (part.inverse if is_inverse else part.forward)(value, condition)
            log_det = log_det + own
        return value, log_det

    def encode(self, x, condition):
        return self._run(self.parts, x, condition, False)[0]

    def decode(self, z, condition):
        return self._run(self.parts[::-1], z, condition, True)[0]

    def log_prob(self, x, condition):
        z, log_det = self._run(self.parts, x, condition, False)
        return self.latent.log_prob(z) + log_det

    def decode_with_log_prob(self, z, condition):
        x, log_det = self._run(self.parts[::-1], z, condition, True)
        return x, self.latent.log_prob(z) + log_det


class FlowMatching:
    """dx/dt = v(x, t, c) from latents at t = 0 to data at t = 1, and d log p / dt = −div v along the way."""

    NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
    STAGES = [
        [1 / 5], [3 / 40, 9 / 40], [44 / 45, -56 / 15, 32 / 9], [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656], [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]]
    DIFFERENCES = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
    MAX_STEPS = 10_000

    def __init__(self, config, weights, dimension, graph):
        self.latent, self.dimension, self.tolerance = Normal(), dimension, config["tolerance"]
        self.frequencies = math.pi * np.arange(1, config["time_frequencies"] + 1)
        self.velocity = network(config["network"], weights.below("velocity"), False, dimension, None)
        self.width = self.velocity.width

    def _slope(self, time, x, condition, with_divergence):
        angles = time * self.frequencies
        features = np.concatenate([time, np.sin(angles), np.cos(angles)], -1)
        told = features if condition is None else np.concatenate([condition, features], -1)
        if not with_divergence:
            return self.velocity(Dual(x), told).value
        x = x[:, :self.dimension]
        tangents = np.broadcast_to(np.eye(self.dimension)[:, None, :], (self.dimension,) + x.shape)
        y = self.velocity(Dual(x, tangents), told)
        return np.concatenate([y.value, np.einsum("kbk->b", y.tangent)[:, None]], -1)

    def _carry(self, state, condition, start, end, with_divergence):
        """Dormand and Prince's pair of orders 5 and 4, each row with its own steps."""
        if with_divergence:
            state = np.concatenate([state, np.zeros((len(state), 1))], -1)
        result, rows = state.copy(), np.arange(len(state))
        time, step = np.full((len(state), 1), float(start)), np.full((len(state), 1), 0.05 * (end - start))
        of = lambda t, y: self._slope(t, y, None if condition is None else condition[rows], with_divergence)
        slope = of(time, state) if len(rows) else state
        for _ in range(self.MAX_STEPS):
            if len(rows) == 0:
                return result
            remaining = end - time
            is_last = np.abs(step) >= np.abs(remaining)
            taken = np.where(is_last, remaining, step)
            slopes = [slope]
            for node, stage in zip(self.NODES[1:], self.STAGES):
                reached = state + taken * sum(weight * k for weight, k in zip(stage, slopes))
                slopes.append(of(time + taken * node, reached))
            error = taken * sum(weight * k for weight, k in zip(self.DIFFERENCES, slopes))
            allowed = np.maximum(np.abs(state), np.abs(reached)) * self.tolerance + self.tolerance
            ratio = np.sqrt(((error / allowed) ** 2).mean(-1, keepdims=True))
            accepted = ratio <= 1
            with np.errstate(divide="ignore"):
                factor = np.nan_to_num(np.clip(0.9 * ratio ** -0.2, 0.2, 10), nan=0.2)
            arrived = (accepted & is_last)[:, 0]
            time, state, slope = np.where(accepted, time + taken, time), np.where(accepted, reached, state), np.where(accepted, slopes[-1], slope)
            result[rows[arrived]] = state[arrived]
            left = ~arrived
            rows, time, state, slope, step = rows[left], time[left], state[left], slope[left], (taken * factor)[left]
        raise RunError(f"The differential equation cannot be solved to {self.tolerance} in {self.MAX_STEPS} steps.")

    def encode(self, x, condition):
        return self._carry(x, condition, 1, 0, False)

    def decode(self, z, condition):
        return self._carry(z, condition, 0, 1, False)

    def log_prob(self, x, condition):
        state = self._carry(x, condition, 1, 0, True)
        return self.latent.log_prob(state[:, :-1]) + state[:, -1]

    def decode_with_log_prob(self, z, condition):
        state = self._carry(z, condition, 0, 1, True)
        return state[:, :-1], self.latent.log_prob(z) - state[:, -1]


class Embedded:
    """A flow that is told a summary of the condition."""

    def __init__(self, flow, summary):
        self.flow, self.summary, self.width, self.latent = flow, summary, flow.width, flow.latent

    def _told(self, c):
        own = self.summary(c[:1] if c.strides[0] == 0 else c)  # of one condition for all there is one summary
        return np.broadcast_to(own, (len(c), own.shape[1]))

    def encode(self, x, condition):
        return self.flow.encode(x, self._told(condition))

    def decode(self, z, condition):
        return self.flow.decode(z, self._told(condition))

    def log_prob(self, x, condition):
        return self.flow.log_prob(x, self._told(condition))

    def decode_with_log_prob(self, z, condition):
        return self.flow.decode_with_log_prob(z, self._told(condition))


class MemberLatent:
    """Which member decodes each row, and before that what it decodes: [N, 1 + D]."""

    def __init__(self, inner, members):
        self.inner, self.members = inner, members

    def sample(self, random, rows, dimension):
        z = self.inner.sample(random, rows, dimension)
        member = np.minimum(np.floor(random.uniform((rows, 1)) * np.float32(self.members)), self.members - 1)
        return np.concatenate([member.astype(z.dtype), z], 1)


class Ensemble:
    """The mixture of K flows, each with probability 1/K. Its codes are [member, z]."""

    def __init__(self, members):
        self.members, self.width = members, max(member.width for member in members)
        self.latent = MemberLatent(members[0].latent, len(members))

    def encode(self, x, condition):
        raise RunError("An ensemble has no codes: each of its members has codes of its own for the same row.")

    def _mixed(self, log_probs):
        return np.logaddexp.reduce(log_probs, 0) - math.log(len(self.members))

    def log_prob(self, x, condition):
        return self._mixed([member.log_prob(x, condition) for member in self.members])

    def _by_member(self, z, condition, work):
        """Of each row by its member, x and what else comes with it."""
        results = None
        for number, member in enumerate(self.members):
            rows = np.flatnonzero(z[:, 0] == number)
            if len(rows):
                own = work(member, z[rows, 1:], None if condition is None else condition[rows])
                results = results or [np.empty((len(z),) + part.shape[1:]) for part in own]
                for whole, part in zip(results, own):
                    whole[rows] = part
        return results

    def decode(self, z, condition):
        return self._by_member(z, condition, lambda member, own, c: [member.decode(own, c)])[0]

    def decode_with_log_prob(self, z, condition):
        def work(member, own, c):
            x, log_prob = member.decode_with_log_prob(own, c)
            return x, self._mixed([log_prob if other is member else other.log_prob(x, c) for other in self.members])

        return self._by_member(z, condition, work)


METHODS = {"fff": FreeForm, "spline-flow": SplineFlow, "flow-matching": FlowMatching}


# ---- transforms of columns: forward, inverse, and log dy/dx at y -----------------------------------------------------


def log_sigmoid(y):
    return -np.logaddexp(0, -y)


class Above:
    def __init__(self, bound):
        self.bound = bound

    def forward(self, x):
        return np.log(x - self.bound)

    def inverse(self, y):
        return self.bound + np.exp(y)

    def log_slope(self, y):
        return -y


class Below(Above):
    def forward(self, x):
        return -np.log(self.bound - x)

    def inverse(self, y):
        return self.bound - np.exp(-y)

    def log_slope(self, y):
        return y


class Logit:
    LARGEST = 24 * math.log(2)

    def __init__(self, low, high):
        self.low, self.high = low, high

    def forward(self, x):
        return np.clip(np.log(x - self.low) - np.log(self.high - x), -self.LARGEST, self.LARGEST)

    def inverse(self, y):
        return np.clip(self.low + (self.high - self.low) * sigmoid(y), self.low, self.high)

    def log_slope(self, y):
        return -log_sigmoid(y) - log_sigmoid(-y) - math.log(self.high - self.low)


class Box:
    """About the place in the box itself, but near its bounds a logarithm of the distance to them."""

    CLOSEST = 2.0 ** -24

    def __init__(self, low, high, edge):
        self.low, self.high, self.width, self.edge = low, high, high - low, edge
        self.least = self.place(self.CLOSEST, 1 - self.CLOSEST)
        self.log_scale = math.log(self.width) + math.log(-math.expm1(-1 / edge))

    def place(self, above, below):
        return above + self.edge * (np.log(-np.expm1(-above / self.edge)) - np.log(-np.expm1(-below / self.edge)))

    def forward(self, x):
        return np.clip(self.place((x - self.low) / self.width, (self.high - x) / self.width), self.least, 1 - self.least)

    def inverse(self, y):
        share = self.edge * (log_sigmoid((1 - y) / self.edge) - log_sigmoid(-y / self.edge))
        return np.clip(self.low + self.width * share, self.low, self.high)

    def log_slope(self, y):
        return -log_sigmoid(y / self.edge) - log_sigmoid((1 - y) / self.edge) - self.log_scale


class OfLogarithms:
    def __init__(self, low, high, inner):
        self.low, self.high, self.inner = low, high, inner

    def forward(self, x):
        inside = np.clip(x, self.low, self.high)
        y = self.inner.forward(np.clip(np.log(inside), self.inner.low, self.inner.high))
        return np.where(x == inside, y, np.nan)

    def inverse(self, y):
        return np.clip(np.exp(self.inner.inverse(y)), self.low, self.high)

    def log_slope(self, y):
        return self.inner.log_slope(y) - self.inner.inverse(y)


class SignedLog:
    def __init__(self, scale):
        self.scale = scale

    def forward(self, x):
        return np.arcsinh(x / self.scale)

    def inverse(self, y):
        return self.scale * np.sinh(y)

    def log_slope(self, y):
        return -math.log(self.scale) - np.logaddexp(y, -y) + math.log(2)


class Ranks:
    def __init__(self, numbers):
        self.x, self.y = numbers[:len(numbers) // 2], numbers[len(numbers) // 2:]

    @staticmethod
    def _line(values, knots):
        return np.searchsorted(knots[1:-1], values, side="right")

    def _interpolated(self, values, start, end):
        line = self._line(values, start)
        return end[line] + (values - start[line]) * (np.diff(end) / np.diff(start))[line]

    def forward(self, x):
        return self._interpolated(x, self.x, self.y)

    def inverse(self, y):
        return self._interpolated(y, self.y, self.x)

    def log_slope(self, y):
        return np.log(np.diff(self.y) / np.diff(self.x))[self._line(y, self.y)]


class Columns:
    """A map for each column, or none."""

    def __init__(self, maps):
        self.maps = maps

    def forward(self, x):
        y = np.stack([x[:, i] if m is None else m.forward(x[:, i]) for i, m in enumerate(self.maps)], 1)
        return y, self._log_det(y)

    def inverse(self, y):
        return np.stack([y[:, i] if m is None else m.inverse(y[:, i]) for i, m in enumerate(self.maps)], 1), self._log_det(y)

    def _log_det(self, y):
        return sum([m.log_slope(y[:, i]) for i, m in enumerate(self.maps) if m is not None], np.zeros(len(y)))


class Affine:
    """y = (x − mean) / std; log|det| = −Σ log std, or that of S dimensions with the same std."""

    def __init__(self, mean, std, log_det=None):
        self.mean, self.std = mean, std
        self.log_det = -np.log(std).sum() if log_det is None else log_det

    def forward(self, x):
        return (x - self.mean) / self.std, np.full(len(x), self.log_det)

    def inverse(self, y):
        return y * self.std + self.mean, np.full(len(y), self.log_det)


class Centred:
    """Positions without their mean, which no density of them knows."""

    def __init__(self, particles):
        self.particles = particles

    def forward(self, x):
        positions = x.reshape(len(x), self.particles, -1)
        return (positions - positions.mean(1, keepdims=True)).reshape(x.shape), np.zeros(len(x))

    def inverse(self, y):
        return y, np.zeros(len(y))


class Handedness:
    """Of two mirror images one is kept: x = y or −y, and the density of each is twice as large."""

    def __init__(self, particles, is_positive):
        self.particles, self.is_positive = particles, is_positive

    def has(self, x):
        p = x.reshape(len(x), -1, 3)[:, self.particles]
        product = np.linalg.det(p[:, :3] - p[:, 3:])
        return product > 0 if self.is_positive else product < 0

    def forward(self, x):
        return x, np.full(len(x), math.log(2))

    def inverse(self, y):
        return np.where(self.has(y)[:, None], y, -y), np.full(len(y), math.log(2))


class Internal:
    """Distances, angles and dihedral angles of N atoms in place of positions, which have mean zero and are turned any way.

    Atom i is placed by its distance r to p, the angle θ there with g, and the dihedral angle φ about p and g with s; what is learnt are
    ln r, ln tan(θ/2) and the place of φ in a box that begins at a cut of the circle. dx = N^(−3/2) ∏ r² ∏ sin θ dr dθ dφ dR.
    """

    EDGE = 0.1

    def __init__(self, matrix, cuts):
        self.atom, self.bonded, self.angle, self.dihedral = matrix.T
        self.cuts, self.atoms = cuts, len(matrix)
        self.circle = Columns([Box(0, 2 * math.pi, self.EDGE)] * len(cuts))

    @staticmethod
    def _length(vectors):
        return np.sqrt((vectors ** 2).sum(-1, keepdims=True))

    def _unit(self, vectors):
        return vectors / self._length(vectors)

    def _log_det(self, stretched, opened, turned):
        constant = 1.5 * math.log(self.atoms) - math.log(8 * math.pi ** 2)
        return -3 * stretched.sum(1) + 2 * np.log(np.cosh(opened)).sum(1) + turned + constant

    def forward(self, x):
        p = x.reshape(len(x), self.atoms, 3)
        bond = p[:, self.atom[1:]] - p[:, self.bonded[1:]]
        axis = self._unit(p[:, self.angle[2:]] - p[:, self.bonded[2:]])
        along = (bond[:, 1:] * axis).sum(-1, keepdims=True)
        across = bond[:, 1:] - along * axis
        stretched = np.log(self._length(bond)[..., 0])
        opened = np.log(np.tan(np.arctan2(self._length(across), along)[..., 0] / 2))
        axis, across = axis[:, 1:], across[:, 1:]
        reference = p[:, self.dihedral[3:]] - p[:, self.angle[3:]]
        reference = reference - (reference * axis).sum(-1, keepdims=True) * axis
        turned = np.arctan2((np.cross(reference, axis) * across).sum(-1), (reference * across).sum(-1))
        place, slope = self.circle.forward(np.mod(turned - self.cuts, 2 * math.pi))
        return np.concatenate([stretched, opened, place], 1), self._log_det(stretched, opened, slope)

    def inverse(self, y):
        stretched, opened, place = np.split(y, [self.atoms - 1, 2 * self.atoms - 3], 1)
        turned, slope = self.circle.inverse(place)
        r, theta, phi = np.exp(stretched), 2 * np.arctan(np.exp(opened)), turned + self.cuts
        p = np.zeros((len(y), self.atoms, 3))
        p[:, self.atom[1], 0] = r[:, 0]
        for k in range(2, self.atoms):
            i, bonded, angle, dihedral = self.atom[k], self.bonded[k], self.angle[k], self.dihedral[k]
            axis = self._unit(p[:, angle] - p[:, bonded])
            reference = np.broadcast_to([0.0, 1, 0], axis.shape) if k < 3 else p[:, dihedral] - p[:, angle]
            across = self._unit(reference - (reference * axis).sum(-1, keepdims=True) * axis)
            if k > 2:
                own = phi[:, k - 3, None]
                across = np.cos(own) * across + np.sin(own) * np.cross(across, axis)
            own = theta[:, k - 2, None]
            p[:, i] = p[:, bonded] + r[:, k - 1, None] * (np.cos(own) * axis + np.sin(own) * across)
        return (p - p.mean(1, keepdims=True)).reshape(len(y), -1), self._log_det(stretched, opened, slope)


def bounds_map(low, high, is_logarithmic, edge=0):
    def box(a, b):
        return Box(a, b, edge) if edge > 0 else Logit(a, b)

    if math.isfinite(low) and math.isfinite(high):
        return OfLogarithms(low, high, box(math.log(low), math.log(high))) if is_logarithmic else box(low, high)
    return Above(low) if math.isfinite(low) else Below(high) if math.isfinite(high) else None


def scaling_of(tensors, prefix):
    """The fitted maps, or None, and centring and scaling of data or conditions."""
    maps = None
    if f"{prefix}.kinds" in tensors:
        numbers = np.split(tensors[f"{prefix}.numbers"], np.cumsum(tensors[f"{prefix}.counts"])[:-1])
        make = {0: lambda n: None, 1: lambda n: Above(n[0]), 2: lambda n: SignedLog(n[0]), 3: Ranks}
        maps = Columns([make[int(kind)](own) for kind, own in zip(tensors[f"{prefix}.kinds"], numbers)])
    return maps, Affine(tensors[f"{prefix}.mean"].astype(np.float64), tensors[f"{prefix}.std"].astype(np.float64))


# ---- benchmark tasks: what observations become, and where the prior has no density ------------------------------------

BOXES = {"two_moons": 1, "gaussian_linear_uniform": 1, "gaussian_mixture": 10, "slcp": 3, "slcp_distractors": 3}
OBSERVED = {
    "sir": lambda x: np.arcsin(np.sqrt(x[:, 1:] / 1000)),
    "lotka_volterra": np.log,
    "slcp_distractors": lambda x: np.arcsinh(x / 10),
}


# ---- runs ------------------------------------------------------------------------------------------------------------


class Run:
    """A trained run. Rows are [N, D] and conditions [C] or [N, C], in the data's own units; nothing is changed by a question."""

    def __init__(self, folder, checkpoint="best"):
        self.folder = folder
        path = os.path.join(folder, "config.yaml")
        try:
            with open(path, encoding="utf-8") as file:
                self.config = read_yaml(file.read())
        except OSError as error:
            raise RunError(f"{path}: cannot be read: {error.strerror}. A run folder is named, such as runs/mine/v0001.") from None
        self.checkpoint = self._checkpoint(checkpoint)
        tensors, notes = read_safetensors(self.checkpoint)
        best = json.loads(notes.get("trainer", "{}")).get("Best")  # a number if there was a validation, else "Infinity"
        if checkpoint == "best" and notes.get("fff.kind") == "last" and isinstance(best, (int, float)):
            raise RunError(f"{os.path.join(folder, 'checkpoints', 'best.safetensors')}: is gone, though the run was validated. "
                           "Bring it back, or take the last one, which is another model.")
        if notes.get("fff.format") != "1":
            raise RunError(f"{self.checkpoint}: is no checkpoint of format 1, which is the one that is read here.")
        if "standardizer.data.mean" not in tensors:
            raise RunError(f"{self.checkpoint}: has no 'standardizer.data.mean': it was not written by the program.")
        self.columns, self.condition_columns = json.loads(notes.get("columns", "[]")), json.loads(notes.get("condition_columns", "[]"))
        self.seed, self.dimension, self.type = self.config["seed"], len(tensors["standardizer.data.mean"]), tensors["standardizer.data.mean"].dtype
        self.conditions = len(tensors["standardizer.condition.mean"]) if "standardizer.condition.mean" in tensors else 0
        self.maps, affine = scaling_of(tensors, "standardizer.data")
        self.of_conditions = [part for part in scaling_of(tensors, "standardizer.condition") if part is not None] if self.conditions else []
        self.space, graph = self._space(tensors)
        self.transform = self.space + [part for part in (self.maps, affine) if part is not None]
        method = self.config["method"]
        if method["kind"] not in METHODS:
            raise RunError(f"The method {method['kind']} is none that is read here: {', '.join(METHODS)} are. Use the program.")
        members = self.config["training"].get("ensemble", 1)
        own = [Weights(tensors, "flow.")] if members == 1 else [Weights(tensors, f"flow.members.{i}.") for i in range(members)]
        flows = [self._flow(method, weights, graph) for weights in own]
        self.flow = flows[0] if members == 1 else Ensemble(flows)
        self.code_dimension = self.dimension + (members > 1)
        self.task = self.config["data"].get("task") if self.config["data"]["kind"] == "sbi" else None

    def _flow(self, method, weights, graph):
        """The flow of the method, with its summary of conditions where it has one."""
        flow, embedding = METHODS[method["kind"]](method, weights, self.dimension, graph), (method.get("flow") or method).get("embedding")
        if not embedding:
            return flow
        if embedding["kind"] not in EMBEDDINGS:
            raise RunError(f"The embedding {embedding['kind']} is none that is read here: {', '.join(EMBEDDINGS)} are. Use the program.")
        return Embedded(flow, EMBEDDINGS[embedding["kind"]](embedding, weights.below("embedding")))

    def _checkpoint(self, checkpoint):
        folder = os.path.join(self.folder, "checkpoints")
        names = ["best", "last"] if checkpoint == "best" else [checkpoint]
        for path in [os.path.join(folder, name + ".safetensors") for name in names] + [checkpoint]:
            if os.path.isfile(path):
                return path
        raise RunError(f"{os.path.join(folder, checkpoint)}.safetensors: there is no such checkpoint.")

    def _space(self, tensors):
        """The transforms of the space of data, and how particles are a graph."""
        self.bounds = None
        self.row_dimension, self.is_turned = self.dimension, "data.internal" in tensors
        known = {"data.bounds", "data.positive", "data.particles", "data.length", "data.labels", "data.handedness", "data.internal", "data.internal.cuts"}
        other = [name for name in tensors if name.startswith("data.") and name not in known and not (name == "data.bonds" and self.is_turned)]
        if other:
            raise RunError(f"The data are of a space that is not read here, such as molecules ('{other[0]}'). Use the program.")
        if "data.bounds" in tensors:
            self.bounds = tensors["data.bounds"]
            return [Columns([bounds_map(*column) for column in self.bounds])], None
        if "data.positive" in tensors:
            return [Columns([Above(0.0)] * self.dimension)], None
        if "data.particles" not in tensors:
            return [], None
        particles, dimensions = (int(size) for size in tensors["data.particles"])
        if self.is_turned:
            self.row_dimension = particles * dimensions
            return [Internal(tensors["data.internal"], tensors["data.internal.cuts"])], None
        labels = None
        if "data.labels" in tensors:
            saved = tensors["data.labels"].tobytes()
            names = saved[1:].split(b"\0")[:-1]
            kinds = list(range(particles)) if saved[0] else [list(dict.fromkeys(names)).index(name) for name in names]
            labels = np.eye(max(kinds) + 1)[kinds]
        parts = [Centred(particles)]
        if "data.handedness" in tensors:
            four = [int(number) for number in tensors["data.handedness"]]
            parts.append(Handedness(four[:4], four[4] == 1))
        if "data.length" in tensors:
            length = float(tensors["data.length"].reshape(-1)[0])
            parts.append(Affine(0.0, length, -(particles - 1) * dimensions * math.log(length)))
        return parts, {"particles": particles, "dimensions": dimensions, "labels": labels}

    # What is asked for.

    def encode(self, x, condition=None):
        """z = f(x), [N, D]; of distances and angles, [N, 3 atoms − 6]."""
        x = self._rows(x, self.row_dimension, "rows")
        given = self._given(condition, len(x))
        return self._parts(lambda rows, c: (self.flow.encode(self._single(self._forward(rows)[0]), c),), x, given, 1)[0]

    def decode(self, z, condition=None):
        """x = g(z), [N, D], in the data's own units."""
        z = self._rows(z, self.code_dimension, "codes")
        given = self._given(condition, len(z))
        return self._parts(lambda rows, c: (self._inverse(self.flow.decode(self._single(rows), c))[0],), z, given, 1)[0].astype(self.type)

    def log_prob(self, x, condition=None):
        """log p(x | c) by the encoder, [N], in nats; −∞ outside of bounds. Of a benchmark task that of the flow, not cut off by the prior."""
        x = self._rows(x, self.row_dimension, "rows")
        given = self._given(condition, len(x))

        def part(rows, c):
            y, log_det = self._forward(rows)
            return (np.where(self._outside(rows), -np.inf, self.flow.log_prob(self._single(y), c) + log_det),)

        return self._parts(part, x, given, self.dimension + 1)[0]

    def sample(self, count, condition=None, seed=None):
        """Draws [count, D]: what `fff sample --seed` draws. Of a benchmark task they lie inside of the prior."""
        return self._draw(count, condition, seed, False)[0]

    def sample_each(self, count, conditions, seed=None, with_log_prob=False):
        """So many draws for each condition, those of one after the other: rows, their log-densities or None, and the number of the condition of each."""
        seed = self.seed if seed is None else seed
        parts = [self._draw(count, own, named_seed(seed, "condition", row), with_log_prob) for row, own in enumerate(conditions)]
        log_prob = np.concatenate([part[1] for part in parts]) if with_log_prob else None
        return np.concatenate([part[0] for part in parts]), log_prob, np.repeat(np.arange(len(parts)), count)

    def sample_with_log_prob(self, count, condition=None, seed=None):
        """The same with the log-density by the decoder, [count], that they are drawn from."""
        return self._draw(count, condition, seed, True)

    # How it is found.

    def _draw(self, count, condition, seed, with_log_prob):
        seed = self.seed if seed is None else seed
        if self.task is None:
            return self._draw_flow(count, self._given(condition, count), seed, with_log_prob)
        condition = np.atleast_1d(np.asarray(condition, np.float64)) if condition is not None else None
        if condition is not None and condition.ndim > 1:
            raise RunError("Samples of a benchmark task are drawn here of one observation at a time: call once for each.")
        return self._draw_posterior(count, self._given(condition, 1), seed, with_log_prob)

    def _draw_posterior(self, count, given, seed, with_log_prob):
        """Rejects what lies outside of the prior's support, and draws again; densities are divided by the accepted share."""
        values, log_probs, accepted, drawn, turn = [], [], 0, 0, 0
        inside = lambda x: np.all(np.abs(x) <= BOXES[self.task], 1) if self.task in BOXES else np.all(np.isfinite(x), 1)
        while accepted < count:
            wanted = count if drawn == 0 else int(min(max(1.1 * (count - accepted) / (max(accepted, 1) / drawn), 16), max(count, 100_000)))
            x, log_prob = self._draw_flow(wanted, given, named_seed(seed, "posterior", 0, turn), with_log_prob)
            kept = inside(x)
            values.append(x[kept])
            log_probs.append(log_prob[kept] if with_log_prob else None)
            accepted, drawn, turn = accepted + int(kept.sum()), drawn + wanted, turn + 1
            if drawn >= 100_000 and accepted < 1e-4 * drawn:
                raise RunError(f"Only {accepted} of {drawn} samples lie in the prior's support: the flow has not learnt this posterior.")
        if with_log_prob and accepted < drawn < 10_000:
            more, _ = self._draw_flow(10_000 - drawn, given, named_seed(seed, "posterior/share", 0), False)
            accepted, drawn = accepted + int(inside(more).sum()), 10_000
        first = lambda parts: np.concatenate(parts)[:count]
        return first(values), first(log_probs) - math.log(accepted / drawn) if with_log_prob else None

    def _draw_flow(self, count, given, seed, with_log_prob):
        samples, log_probs = [], []

        def part(z, c):
            if not with_log_prob:
                return self._inverse(self.flow.decode(z, c))
            y, log_prob = self.flow.decode_with_log_prob(z, c)
            x, log_det = self._inverse(y)
            return x, log_prob + log_det

        for first in range(0, max(count, 1), ROWS_AT_ONCE):
            rows = min(ROWS_AT_ONCE, count - first)
            random = RandomStream(named_seed(seed, "sample", first))
            z = self.flow.latent.sample(random, rows, self.dimension).astype(np.float64)
            own = given if given is None or len(given) == 1 else given[first:first + rows]
            x, log_prob = self._parts(part, z, own, self.dimension + 1 if with_log_prob else 1)
            if self.is_turned:
                x = (x.reshape(rows, -1, 3) @ random.rotations(rows)).reshape(x.shape)
            samples.append(x.astype(self.type))
            log_probs.append(log_prob)
        return np.concatenate(samples), np.concatenate(log_probs) if with_log_prob else None

    def _parts(self, work, rows, given, planes):
        """Works on as many rows at a time as memory takes, and joins each of the results."""
        size = max(1, NUMBERS_AT_ONCE // (planes * max(self.flow.width, self.dimension)))
        results = []
        for first in range(0, max(len(rows), 1), size):
            own = rows[first:first + size]
            c = None if given is None else np.broadcast_to(given, (len(own), given.shape[1])) if len(given) == 1 else given[first:first + size]
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                results.append(work(own, c))
        return [np.concatenate(parts) for parts in zip(*results)]

    def _forward(self, x):
        log_det = np.zeros(len(x))
        for part in self.transform:
            x, own = part.forward(x)
            log_det = log_det + own
        return x, log_det

    def _inverse(self, y):
        log_det = np.zeros(len(y))
        for part in self.transform[::-1]:
            y, own = part.inverse(y)
            log_det = log_det + own
        return y, log_det

    def _outside(self, x):
        outside = np.zeros(len(x), bool)
        if self.bounds is not None:
            low, high = self.bounds[:, 0], self.bounds[:, 1]
            closed = np.isfinite(low) & np.isfinite(high)
            outside |= ~np.all(np.where(closed, (x >= low) & (x <= high), (x > low) & (x < high)), 1)
        for part in self.space:
            if isinstance(part, Handedness):
                outside |= ~part.has(x)
        if self.maps is not None:
            y = x
            for part in self.space + [self.maps]:
                y = part.forward(y)[0]
            outside |= ~np.all(np.isfinite(y), 1)
        return outside

    @staticmethod
    def _single(rows):
        """Rounded to float32, in which the program's networks compute."""
        return rows.astype(np.float32).astype(np.float64)

    def _rows(self, rows, columns, what):
        rows = np.asarray(rows, np.float64)
        rows = rows[None, :] if rows.ndim == 1 and len(rows) == columns else rows
        if rows.ndim != 2 or rows.shape[1] != columns:
            raise RunError(f"The {what} have the shape {rows.shape}: expected rows of {columns} numbers.")
        if not np.isfinite(rows).all():
            row, column = np.argwhere(~np.isfinite(rows))[0]
            raise RunError(f"Row {row}, column {column} (counted from 0) of the {what} is not finite.")
        return rows

    def _given(self, condition, rows):
        """The condition as the networks are given it, [1, C'] or [rows, C']."""
        if condition is None:
            if self.conditions:
                raise RunError(f"This flow is conditional: a condition of {self.conditions} numbers is needed.")
            return None
        if not self.conditions:
            raise RunError("This flow has no condition, but one was given.")
        given = np.asarray(condition, np.float64)
        given = given.reshape(1, -1) if given.ndim < 2 else given
        if self.task in OBSERVED and given.shape[1] != self.conditions or self.task in ("slcp_distractors", "lotka_volterra"):
            with np.errstate(divide="ignore", invalid="ignore"):
                given = OBSERVED[self.task](given)
        if given.ndim != 2 or given.shape[1] != self.conditions:
            raise RunError(f"The condition has {given.shape[-1]} numbers, but this flow was trained with {self.conditions}.")
        if len(given) not in (1, rows):
            raise RunError(f"There are {len(given)} conditions for {rows} rows: give one, or one for each.")
        for part in self.of_conditions:
            with np.errstate(divide="ignore", invalid="ignore"):
                given = part.forward(given)[0]
        if not np.isfinite(self._single(given)).all():
            raise RunError("The condition is not finite, or none that the training could have had.")
        return self._single(given)


def load(folder, checkpoint="best"):
    """Reads a run folder, such as runs/mine/v0001."""
    return Run(folder, checkpoint)


# ---- the program -----------------------------------------------------------------------------------------------------


def read_table(path, columns):
    """Rows of a .npy, or of a .csv whose columns are taken by their names."""
    try:
        if path.endswith(".npy"):
            return np.atleast_2d(np.load(path))
        with open(path, newline="", encoding="utf-8-sig") as file:
            lines = list(csv.reader(file))
        head = [name.strip() for name in lines[0]]
        missing = [name for name in columns if name not in head]
        if missing:
            raise RunError(f"{path}: has no column '{missing[0]}'; it has {', '.join(head)}.")
        return np.array([[float(line[head.index(name)]) for name in columns] for line in lines[1:]]).reshape(-1, len(columns))
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}.") from None
    except (ValueError, IndexError) as error:
        raise RunError(f"{path}: is no table of numbers ({error}).") from None


def write_table(path, columns, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns] + [[repr(float(number)) for number in row] for row in rows])
    if path is None:
        sys.stdout.write(text.getvalue())
        return
    if path.endswith(".npy"):
        np.save(path, rows)
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.getvalue())


def condition_of(run, text):
    if text is None:
        return None
    if text.endswith((".npy", ".csv")):
        return read_table(text, run.condition_columns)
    try:
        return np.array([float(number) for number in text.split(",")])
    except ValueError:
        raise RunError(f"--condition: expected numbers such as 0.1,-0.2 or a .npy or .csv file, found '{text}'.") from None


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, told in (("sample", "draws samples"), ("log-prob", "log-densities of rows"), ("encode", "codes of rows")):
        command = commands.add_parser(name, help=told)
        command.add_argument("run", help="the run's folder, such as runs/mine/v0001")
        command.add_argument("--checkpoint", default="best", help="best, last, or a file")
        command.add_argument("--condition", help="numbers such as 0.1,-0.2, or a .npy or .csv file of one row, or one for each")
        command.add_argument("--out", help="a .csv or .npy file; standard output if left out")
        if name == "sample":
            command.add_argument("-n", type=int, help="how many, of several conditions how many of each; one for each of these or 1000 if left out")
            command.add_argument("--seed", type=int, help="the run's own if left out")
            command.add_argument("--log-prob", action="store_true", help="their log-densities in a last column")
        else:
            command.add_argument("--data", required=True, help="a .npy or .csv file of rows")
    options = parser.parse_args(arguments)
    try:
        run = load(options.run, options.checkpoint)
        columns, condition = run.columns or [f"x_{i}" for i in range(run.row_dimension)], condition_of(run, options.condition)
        if options.command == "sample":
            several, row = condition is not None and condition.ndim == 2 and len(condition) > 1, None
            if several and options.n is not None:
                x, log_prob, row = run.sample_each(options.n, condition, options.seed, options.log_prob)
            else:
                count = options.n or (len(condition) if several else 1000)
                x, log_prob = run._draw(count, condition, options.seed, options.log_prob)
            parts = [(["row"], row), (columns, x), (["log_prob"], log_prob)]
            kept = [(names, part.reshape(len(x), -1)) for names, part in parts if part is not None]
            write_table(options.out, [name for names, _ in kept for name in names], np.concatenate([part for _, part in kept], 1))
        elif options.command == "log-prob":
            write_table(options.out, ["log_prob"], run.log_prob(read_table(options.data, columns), condition)[:, None])
        else:
            write_table(options.out, [f"z_{i}" for i in range(run.dimension)], run.encode(read_table(options.data, columns), condition))
    except RunError as error:
        sys.exit(f"fff_run: {error}")


if __name__ == "__main__":
    main()
