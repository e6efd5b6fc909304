// What every file of the shim shares: the tensor behind the handle, and the way out of an error.
#pragma once

#include <ATen/ATen.h>

#include "ctorch.h"

struct CTTensor {
  at::Tensor value;
};

namespace ct {

/// Describes the exception being handled as C text; returns the failed status.
CTStatus describe_exception(CTError error) noexcept;

/// Runs `body` so that no exception crosses into the caller.
template <typename Body>
inline CTStatus protect(CTError error, Body &&body) noexcept {
  try {
    body();
    return 0;
  } catch (...) {
    return describe_exception(error);
  }
}

/// Runs `body`, which returns a tensor, and hands the tensor out.
template <typename Body>
inline CTStatus produce(CTResult result, CTError error, Body &&body) noexcept {
  return protect(error, [&] { *result = new CTTensor{body()}; });
}

/// Runs `body`, which returns a tuple of two tensors, and hands both out.
template <typename Body>
inline CTStatus produce_two(
    CTResult first, CTResult second, CTError error, Body &&body) noexcept {
  return protect(error, [&] {
    auto both = body();
    auto one = std::make_unique<CTTensor>(CTTensor{std::move(std::get<0>(both))});
    auto two = std::make_unique<CTTensor>(CTTensor{std::move(std::get<1>(both))});
    *first = one.release();
    *second = two.release();
  });
}

/// The tensor, or an undefined one, which libtorch takes for "none".
inline at::Tensor optional(const CTTensor *tensor) {
  return tensor == nullptr ? at::Tensor() : tensor->value;
}

static_assert(sizeof(intptr_t) == sizeof(int64_t), "Sizes are passed without conversion.");

inline at::IntArrayRef sizes(CTShape shape) {
  return {reinterpret_cast<const int64_t *>(shape.sizes), static_cast<size_t>(shape.rank)};
}

inline std::array<int64_t, 2> pair(CTPair pair) { return {pair.height, pair.width}; }

at::ScalarType scalar_type(CTType dtype);
CTType type_code(at::ScalarType type) noexcept;
at::Device device(CTDevice device);

/// Replaces the elements by their sums over all processes.
void sum_over_processes(const CTProcessGroup &group, at::Tensor &tensor);
double process_count(const CTProcessGroup &group);

/// Turns gradient recording off for the scope's lifetime.
class NoGradient {
  bool previous;

 public:
  NoGradient();
  ~NoGradient();
  NoGradient(const NoGradient &) = delete;
  NoGradient &operator=(const NoGradient &) = delete;
};

}  // namespace ct
