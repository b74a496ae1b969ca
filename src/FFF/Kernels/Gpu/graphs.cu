// Kernels of an equivariant graph network on a GPU, compiled while the program runs. A value and its tangents are planes of one
// array: plane 0 is the value, the others are tangents. Edges of a graph are every node's N - 1 others, in order.
//
//   P planes, B graphs, N nodes, E = N(N - 1) edges of a graph, H features, d dimensions of space, R rows of a plane
//
// Every number is written by one thread, which sums in a fixed order: results do not depend on how threads happen to run.
// Compiled for the processor, with the macros of a test, a kernel is a plain loop.

#ifndef HOST
// 32 bits, since a GPU divides by 64 several times slower; arrays of more numbers go another way.
typedef int index;
#define EACH(i, n) for (index i = blockIdx.x * blockDim.x + threadIdx.x; i < (n); i += gridDim.x * blockDim.x)

// A warp per item: its lanes share the features, and sum what they found.
#define EACH_BY_WARP(i, n) for (index i = (blockIdx.x * blockDim.x + threadIdx.x) / 32; i < (n); i += gridDim.x * blockDim.x / 32)
#define LANE (threadIdx.x % 32)
#define LANES 32
__device__ inline float warp_sum(float v)
{
  for (int offset = 16; offset > 0; offset /= 2) v += __shfl_xor_sync(0xffffffffu, v, offset);
  return v;
}
#endif

__device__ inline float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

// y = x s, y' = s + y (1 - s), y'' = s (1 - s) (2 + x (1 - 2 s)) with s = sigmoid(x).
__device__ inline float silu(float x) { return x * sigmoid(x); }
__device__ inline float silu1(float x) { float s = sigmoid(x); return s + x * s * (1.0f - s); }
__device__ inline float silu2(float x) { float s = sigmoid(x); return s * (1.0f - s) * (2.0f + x * (1.0f - 2.0f * s)); }

// The node at the other end of edge e = own * (N - 1) + k, counted in its graph.
__device__ inline index other_end(index own, index k) { return k < own ? k : k + 1; }

// y = silu(z + b), tangents silu'(z + b) t: [P, R, H]; the bias belongs to the value, and may be null.
extern "C" __global__ void silu_forward(const float* z, const float* bias, float* y, index P, index R, index H)
{
  EACH(i, R * H)
  {
    float v = z[i] + (bias ? bias[i % H] : 0.0f), rate = silu1(v);
    y[i] = silu(v);
    for (index p = 1; p < P; p++) y[p * R * H + i] = rate * z[p * R * H + i];
  }
}

// The gradient of z of that of y; in place where grad_z is grad_y.
extern "C" __global__ void silu_backward(const float* z, const float* bias, const float* grad_y, float* grad_z, index P, index R, index H)
{
  EACH(i, R * H)
  {
    float v = z[i] + (bias ? bias[i % H] : 0.0f), rate = silu1(v), sum = 0.0f;
    for (index p = 1; p < P; p++)
    {
      sum += z[p * R * H + i] * grad_y[p * R * H + i];
      grad_z[p * R * H + i] = rate * grad_y[p * R * H + i];
    }
    grad_z[i] = rate * grad_y[i] + silu2(v) * sum;
  }
}

// Squared distances r with those at the network's input, [P, B E, 2], and directions delta / (sqrt(r + eps) + c), [P, B E, d], of
// positions x, [P, B, N, d]. initial: the distances of the first block; null in that block.
extern "C" __global__ void geometry_forward(const float* x, const float* initial, float* r, float* u, index P, index B, index N, index d, float c)
{
  index edges = B * N * (N - 1), plane = B * N * d;
  EACH(e, edges)
  {
    index node = e / (N - 1), k = e % (N - 1), own = node % N;
    const float* a = x + node * d;
    const float* b = x + (node - own + other_end(own, k)) * d;
    float squared = 0.0f;
    for (index q = 0; q < d; q++) squared += (a[q] - b[q]) * (a[q] - b[q]);
    float s = sqrtf(squared + 1e-8f), y = 1.0f / (s + c), y1 = -0.5f * y * y / s;
    r[2 * e] = squared;
    r[2 * e + 1] = initial ? initial[2 * e] : squared;
    for (index q = 0; q < d; q++) u[e * d + q] = y * (a[q] - b[q]);
    for (index p = 1; p < P; p++)
    {
      float rate = 0.0f;
      for (index q = 0; q < d; q++) rate += 2.0f * (a[q] - b[q]) * (a[p * plane + q] - b[p * plane + q]);
      r[2 * (p * edges + e)] = rate;
      r[2 * (p * edges + e) + 1] = initial ? initial[2 * (p * edges + e)] : rate;
      for (index q = 0; q < d; q++) u[(p * edges + e) * d + q] = y * (a[p * plane + q] - b[p * plane + q]) + y1 * rate * (a[q] - b[q]);
    }
  }
}

// The gradient of delta = x_i - x_j of each edge, [P, B E, d], of those of r, every second number of [P, B E, 2], and of u, or null.
extern "C" __global__ void geometry_backward(const float* x, const float* grad_r, const float* grad_u, float* grad_delta,
  index P, index B, index N, index d, float c)
{
  index edges = B * N * (N - 1), plane = B * N * d;
  EACH(e, edges)
  {
    index node = e / (N - 1), k = e % (N - 1), own = node % N;
    const float* a = x + node * d;
    const float* b = x + (node - own + other_end(own, k)) * d;
    float squared = 0.0f, along = 0.0f;
    for (index q = 0; q < d; q++) squared += (a[q] - b[q]) * (a[q] - b[q]);
    // y = 1 / (s + c), s = sqrt(r + eps): y1 = dy/dr, y2 = dy1/dr.
    float s = sqrtf(squared + 1e-8f), y = 1.0f / (s + c), y1 = -0.5f * y * y / s;
    float y2 = y * y * (y / s + 0.5f / (s * s)) / (2.0f * s);
    if (grad_u) for (index q = 0; q < d; q++) along += grad_u[e * d + q] * (a[q] - b[q]);
    for (index q = 0; q < d; q++)
    {
      float delta = a[q] - b[q], g = 2.0f * delta * grad_r[2 * e];
      if (grad_u) g += y * grad_u[e * d + q] + 2.0f * y1 * along * delta;
      grad_delta[e * d + q] = g;
    }
    for (index p = 1; p < P; p++)
    {
      const float* gu = grad_u ? grad_u + (p * edges + e) * d : 0;
      float gr = grad_r[2 * (p * edges + e)], rate = 0.0f, of_tangent = 0.0f, of_value = 0.0f;
      for (index q = 0; q < d; q++)
      {
        float delta = a[q] - b[q], tangent = a[p * plane + q] - b[p * plane + q];
        rate += 2.0f * delta * tangent;
        if (gu) { of_tangent += gu[q] * tangent; of_value += gu[q] * delta; }
      }
      for (index q = 0; q < d; q++)
      {
        float delta = a[q] - b[q], tangent = a[p * plane + q] - b[p * plane + q];
        float g = 2.0f * tangent * gr, t = 2.0f * delta * gr;
        if (gu)
        {
          g += 2.0f * y1 * delta * of_tangent + y1 * rate * gu[q] + 2.0f * y1 * tangent * of_value + 2.0f * y2 * rate * of_value * delta;
          t += y * gu[q] + 2.0f * y1 * delta * of_value;
        }
        grad_delta[e * d + q] += g;
        grad_delta[(p * edges + e) * d + q] = t;
      }
    }
  }
}

// Adds to the gradient of x, [P, B, N, d], those of delta over the edges from a node, less those over the edges to it.
extern "C" __global__ void deltas_to_positions(const float* grad_delta, float* grad_x, index P, index B, index N, index d)
{
  index edges = B * N * (N - 1);
  EACH(i, P * B * N * d)
  {
    index q = i % d, row = i / d, p = row / (B * N), node = row % (B * N), own = node % N, first = node - own;
    const float* plane = grad_delta + p * edges * d;
    float sum = 0.0f;
    for (index k = 0; k < N - 1; k++)
    {
      index other = other_end(own, k), back = own < other ? own : own - 1;
      sum += plane[(node * (N - 1) + k) * d + q] - plane[((first + other) * (N - 1) + back) * d + q];
    }
    grad_x[i] += sum;
  }
}

// Where an edge's own node and its other one stand among all.
struct Ends { index own, other; };
__device__ inline Ends ends_of(index e, index N)
{
  index node = e / (N - 1), own = node % N;
  Ends ends = { node, node - own + other_end(own, e % (N - 1)) };
  return ends;
}

// z = A_i + C_j + w_r r + w_0 r_0 of an edge's plane, without the bias; nodes: [A C], [P, rows, 2 H]; w: two numbers.
__device__ inline float edge_input(const float* nodes, const float* r, const float* w, index p, Ends ends, index e, index h, index rows, index edges, index H)
{
  const float* plane = nodes + p * rows * 2 * H;
  const float* distances = r + 2 * (p * edges + e);
  return plane[ends.own * 2 * H + h] + plane[ends.other * 2 * H + H + h] + w[0] * distances[0] + w[1] * distances[1];
}

// y = silu(A_i + C_j + w_r r + w_0 r_0 + b), [P, B E, H].
extern "C" __global__ void edges_forward(const float* nodes, const float* r, const float* w, const float* bias, float* y,
  index stride, index P, index B, index N, index H)
{
  index edges = B * N * (N - 1);
  EACH(i, edges * H)
  {
    index e = i / H, h = i % H;
    Ends ends = ends_of(e, N);
    float v = edge_input(nodes, r, w + h * stride, 0, ends, e, h, B * N, edges, H) + bias[h], rate = silu1(v);
    y[i] = silu(v);
    for (index p = 1; p < P; p++) y[p * edges * H + i] = rate * edge_input(nodes, r, w + h * stride, p, ends, e, h, B * N, edges, H);
  }
}

// The gradient of z of that of y; in place where grad_z is grad_y.
extern "C" __global__ void edges_backward(const float* nodes, const float* r, const float* w, const float* bias,
  const float* grad_y, float* grad_z, index stride, index P, index B, index N, index H)
{
  index edges = B * N * (N - 1);
  EACH(i, edges * H)
  {
    index e = i / H, h = i % H;
    Ends ends = ends_of(e, N);
    float v = edge_input(nodes, r, w + h * stride, 0, ends, e, h, B * N, edges, H) + bias[h], rate = silu1(v), sum = 0.0f;
    for (index p = 1; p < P; p++)
    {
      sum += edge_input(nodes, r, w + h * stride, p, ends, e, h, B * N, edges, H) * grad_y[p * edges * H + i];
      grad_z[p * edges * H + i] = rate * grad_y[p * edges * H + i];
    }
    grad_z[i] = rate * grad_y[i] + silu2(v) * sum;
  }
}

// The gradient of [A C], [P, B N, 2 H]: sums of z's over the edges from a node, and over those to it.
extern "C" __global__ void edges_to_nodes(const float* grad_z, float* grad_nodes, index P, index B, index N, index H)
{
  index edges = B * N * (N - 1);
  EACH(i, P * B * N * H)
  {
    index h = i % H, row = i / H, p = row / (B * N), node = row % (B * N), own = node % N, first = node - own;
    const float* plane = grad_z + p * edges * H;
    float from = 0.0f, to = 0.0f;
    for (index k = 0; k < N - 1; k++)
    {
      index other = other_end(own, k), back = own < other ? own : own - 1;
      from += plane[(node * (N - 1) + k) * H + h];
      to += plane[((first + other) * (N - 1) + back) * H + h];
    }
    grad_nodes[row * 2 * H + h] = from;
    grad_nodes[row * 2 * H + H + h] = to;
  }
}

// a = w . silu(z + b) + b_a of each edge, [P, B E]; b_a may be null.
extern "C" __global__ void readout_forward(const float* z, const float* bias, const float* w, const float* shift, float* a, index P, index edges, index H)
{
  EACH_BY_WARP(e, edges)
  {
    for (index p = 0; p < P; p++)
    {
      float sum = 0.0f;
      for (index h = LANE; h < H; h += LANES)
      {
        float v = z[e * H + h] + bias[h];
        sum += w[h] * (p == 0 ? silu(v) : silu1(v) * z[(p * edges + e) * H + h]);
      }
      sum = warp_sum(sum);
      if (LANE == 0) a[p * edges + e] = sum + (p == 0 && shift ? shift[0] : 0.0f);
    }
  }
}

// The gradients of z of that of a.
extern "C" __global__ void readout_backward(const float* z, const float* bias, const float* w, const float* grad_a, float* grad_z,
  index P, index edges, index H)
{
  EACH(i, edges * H)
  {
    index e = i / H, h = i % H;
    float v = z[i] + bias[h], rate = silu1(v), sum = 0.0f;
    for (index p = 1; p < P; p++)
    {
      float g = grad_a[p * edges + e] * w[h];
      sum += z[p * edges * H + i] * g;
      grad_z[p * edges * H + i] = rate * g;
    }
    grad_z[i] = rate * grad_a[e] * w[h] + silu2(v) * sum;
  }
}

// The gradient of w of that of a in parts, [parts, H], each of every parts-th edge.
extern "C" __global__ void readout_weights(const float* z, const float* bias, const float* grad_a, float* part_sums,
  index parts, index P, index edges, index H)
{
  EACH(i, parts * H)
  {
    index h = i % H;
    float sum = 0.0f;
    for (index e = i / H; e < edges; e += parts)
    {
      float v = z[e * H + h] + bias[h], rate = silu1(v);
      sum += grad_a[e] * silu(v);
      for (index p = 1; p < P; p++) sum += grad_a[p * edges + e] * rate * z[(p * edges + e) * H + h];
    }
    part_sums[i] = sum;
  }
}

// The gradient of [w_r w_0] of that of z in parts, [parts, H, 2].
extern "C" __global__ void distance_weights(const float* grad_z, const float* r, float* part_sums, index parts, index rows, index H)
{
  EACH(i, parts * H)
  {
    index h = i % H;
    float now = 0.0f, initial = 0.0f;
    for (index e = i / H; e < rows; e += parts)
    {
      now += grad_z[e * H + h] * r[2 * e];
      initial += grad_z[e * H + h] * r[2 * e + 1];
    }
    part_sums[2 * i] = now;
    part_sums[2 * i + 1] = initial;
  }
}

// Sums m_ij = sigmoid(a_ij) silu(z_ij + b) over j, times a scale, [P, B N, H]; a null: unweighted.
extern "C" __global__ void messages_forward(const float* z, const float* bias, const float* a, float* sum, float scale, index P, index B, index N, index H)
{
  index edges = B * N * (N - 1), plane = B * N * H;
  EACH(i, plane)
  {
    index h = i % H, node = i / H;
    for (index p = 0; p < P; p++)
    {
      float total = 0.0f;
      for (index e = node * (N - 1); e < (node + 1) * (N - 1); e++)
      {
        float v = z[e * H + h] + bias[h], s = a ? sigmoid(a[e]) : 1.0f;
        if (p == 0) total += s * silu(v);
        else total += s * silu1(v) * z[(p * edges + e) * H + h] + (a ? s * (1.0f - s) * a[p * edges + e] * silu(v) : 0.0f);
      }
      sum[p * plane + i] = scale * total;
    }
  }
}

// The gradient of a, [P, B E], of that of the sums.
extern "C" __global__ void attention_backward(const float* z, const float* bias, const float* a, const float* grad_sum, float* grad_a,
  float scale, index P, index B, index N, index H)
{
  index edges = B * N * (N - 1), plane = B * N * H;
  EACH_BY_WARP(e, edges)
  {
    index node = e / (N - 1);
    float s = sigmoid(a[e]), s1 = s * (1.0f - s), s2 = s1 * (1.0f - 2.0f * s), weight = 0.0f, curved = 0.0f;
    for (index p = 0; p < P; p++)
    {
      float own = 0.0f, value = 0.0f;
      for (index h = LANE; h < H; h += LANES)
      {
        float v = z[e * H + h] + bias[h], g = scale * grad_sum[p * plane + node * H + h];
        own += g * (p == 0 ? silu(v) : silu1(v) * z[(p * edges + e) * H + h]);
        value += g * silu(v);
      }
      weight += warp_sum(own);
      value = warp_sum(value);
      if (p > 0)
      {
        curved += s2 * a[p * edges + e] * value;
        if (LANE == 0) grad_a[p * edges + e] = s1 * value;
      }
    }
    if (LANE == 0) grad_a[e] = s1 * weight + curved;
  }
}

// The gradient of z of those of the sums and, where messages are weighted, of a = w . silu(z + b) + b_a.
extern "C" __global__ void messages_backward(const float* z, const float* bias, const float* a, const float* w, const float* grad_sum,
  const float* grad_a, float* grad_z, float scale, index P, index B, index N, index H)
{
  index edges = B * N * (N - 1), plane = B * N * H;
  EACH(i, edges * H)
  {
    index e = i / H, h = i % H, node = e / (N - 1);
    float v = z[i] + bias[h], rate = silu1(v), sum = 0.0f;
    float s = a ? sigmoid(a[e]) : 1.0f, s1 = s * (1.0f - s);
    float of_value = scale * grad_sum[node * H + h] * s + (a ? grad_a[e] * w[h] : 0.0f);
    for (index p = 1; p < P; p++)
    {
      float g = scale * grad_sum[p * plane + node * H + h], of_tangent = g * s;
      if (a)
      {
        of_value += g * s1 * a[p * edges + e];
        of_tangent += grad_a[p * edges + e] * w[h];
      }
      sum += z[p * edges * H + i] * of_tangent;
      grad_z[p * edges * H + i] = rate * of_tangent;
    }
    grad_z[i] = rate * of_value + silu2(v) * sum;
  }
}

// x' = x + scale * sum over j of u_ij t_ij, [P, B, N, d].
extern "C" __global__ void moves_forward(const float* x, const float* u, const float* t, float* moved, float scale, index P, index B, index N, index d)
{
  index edges = B * N * (N - 1), plane = B * N * d;
  EACH(i, plane)
  {
    index q = i % d, node = i / d;
    for (index p = 0; p < P; p++)
    {
      float total = 0.0f;
      for (index e = node * (N - 1); e < (node + 1) * (N - 1); e++)
      {
        total += u[(p * edges + e) * d + q] * t[e];
        if (p > 0) total += u[e * d + q] * t[p * edges + e];
      }
      moved[p * plane + i] = x[p * plane + i] + scale * total;
    }
  }
}

// The gradients of u and t of that of x'.
extern "C" __global__ void moves_backward(const float* u, const float* t, const float* grad_moved, float* grad_u, float* grad_t,
  float scale, index P, index B, index N, index d)
{
  index edges = B * N * (N - 1), plane = B * N * d;
  EACH(e, edges)
  {
    index node = e / (N - 1);
    float of_value = 0.0f;
    for (index q = 0; q < d; q++) of_value += scale * grad_moved[node * d + q] * u[e * d + q];
    for (index q = 0; q < d; q++) grad_u[e * d + q] = scale * grad_moved[node * d + q] * t[e];
    for (index p = 1; p < P; p++)
    {
      float of_tangent = 0.0f;
      for (index q = 0; q < d; q++)
      {
        float g = scale * grad_moved[p * plane + node * d + q];
        of_value += g * u[(p * edges + e) * d + q];
        of_tangent += g * u[e * d + q];
        grad_u[(p * edges + e) * d + q] = g * t[e];
        grad_u[e * d + q] += g * t[p * edges + e];
      }
      grad_t[p * edges + e] = of_tangent;
    }
    grad_t[e] = of_value;
  }
}
