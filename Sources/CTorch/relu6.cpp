// min(max(x, 0), 6), the activation of MobileNetV2, and its gradient, which is 0 at both bounds.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "support.h"

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The bits of a bfloat16, read as a signed integer, are ordered like the positive numbers.
constexpr int16_t six = 0x40C0;
constexpr int16_t infinity = 0x7F80;
constexpr int64_t grain = 1 << 15;

// Elements in the order in which they lie in memory.
at::Tensor without_gaps(const at::Tensor &x) {
  return x.is_non_overlapping_and_dense() ? x : x.contiguous();
}

int16_t *bits(const at::Tensor &x) { return reinterpret_cast<int16_t *>(x.data_ptr()); }

// Before libtorch 2 a processor has no gradient of hardtanh in bfloat16, and its other operations in
// that type go element by element. These loops become vector instructions.
struct BFloat16Activation : torch::autograd::Function<BFloat16Activation> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input) {
    auto x = without_gaps(input);
    auto y = at::empty_like(x);
    const int16_t *source = bits(x);
    int16_t *target = bits(y);
    at::parallel_for(0, x.numel(), grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        int16_t value = source[i];
        int16_t clamped = std::min(std::max(value, int16_t(0)), six);
        // What is not a number stays so, whatever its sign.
        int16_t isNumber = -int16_t(int16_t(value & 0x7FFF) <= infinity);
        target[i] = (clamped & isNumber) | (value & ~isNumber);
      }
    });
    context->save_for_backward({y});
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto y = context->get_saved_variables()[0];
    // Both have the layout of y, so that equal positions in memory are equal elements.
    auto incoming = at::empty_like(y).copy_(gradients[0]);
    const int16_t *output = bits(y);
    int16_t *gradient = bits(incoming);
    at::parallel_for(0, y.numel(), grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        gradient[i] &= -int16_t((output[i] > 0) & (output[i] < six));
      }
    });
    return {incoming};
  }
};

}  // namespace

CTStatus ct_relu6(CTResult result, const CTTensor *input, CTError error) {
  return ct::produce(result, error, [&] {
    const auto &x = input->value;
    return x.scalar_type() == at::kBFloat16 && x.is_cpu() ? BFloat16Activation::apply(x)
                                                          : at::hardtanh(x, 0, 6);
  });
}
