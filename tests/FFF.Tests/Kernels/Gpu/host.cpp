// The kernels of a GPU as loops on the processor, to be tested where there is no GPU.
#include <cmath>
#include <cstring>
#include <utility>

#define HOST
#define __global__
#define __device__
typedef int index_type;
#define index index_type
#define EACH(i, n) for (index i = 0; i < (n); i++)
#define EACH_BY_WARP(i, n) EACH(i, n)
#define LANE 0
#define LANES 1
static inline float warp_sum(float v) { return v; }
#include "graphs.cu"

// An argument is a slot of eight bytes, as it is given to a GPU's driver.
template <class T> static T take(const unsigned long long& slot)
{
  T value;
  std::memcpy(&value, &slot, sizeof(T));
  return value;
}

template <class... T, std::size_t... I> static void call(void (*kernel)(T...), const unsigned long long* slots, std::index_sequence<I...>)
{
  kernel(take<T>(slots[I])...);
}

template <class... T> static bool call(const char* name, const char* wanted, void (*kernel)(T...), const unsigned long long* slots, int count)
{
  if (std::strcmp(name, wanted) != 0 || count != (int)sizeof...(T)) return false;
  call(kernel, slots, std::index_sequence_for<T...>());
  return true;
}

// Whether there is such a kernel with so many arguments.
extern "C" int launch(const char* wanted, const unsigned long long* slots, int count)
{
#define KERNEL(name) call(#name, wanted, name, slots, count)
  return KERNEL(silu_forward) || KERNEL(silu_backward) || KERNEL(geometry_forward) || KERNEL(geometry_backward) || KERNEL(deltas_to_positions) || KERNEL(edges_forward)
    || KERNEL(edges_backward) || KERNEL(edges_to_nodes) || KERNEL(readout_forward) || KERNEL(readout_backward) || KERNEL(readout_weights) || KERNEL(distance_weights) || KERNEL(messages_forward)
    || KERNEL(attention_backward) || KERNEL(messages_backward) || KERNEL(moves_forward) || KERNEL(moves_backward);
}
