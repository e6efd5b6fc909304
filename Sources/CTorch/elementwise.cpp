// Operations element by element, and reductions.
#include <cmath>

#include "support.h"

using ct::produce;
using ct::produce_two;

namespace {

// A whole number keeps the type of an integer tensor, as a Python literal would.
at::Scalar scalar(const at::Tensor &tensor, double value) {
  bool whole = std::trunc(value) == value && std::abs(value) < 0x1p53;
  return whole && !tensor.is_floating_point() ? at::Scalar(static_cast<int64_t>(value))
                                              : at::Scalar(value);
}

}  // namespace

#define CT_UNARY(name, expression)                                             \
  CTStatus ct_##name(CTResult result, const CTTensor *input, CTError error) { \
    return produce(result, error, [&] {                                        \
      const auto &x = input->value;                                            \
      return expression;                                                       \
    });                                                                        \
  }

CT_UNARY(abs, at::abs(x))
CT_UNARY(ceil, at::ceil(x))
CT_UNARY(cos, at::cos(x))
CT_UNARY(elu, at::elu(x))
CT_UNARY(exp, at::exp(x))
CT_UNARY(floor, at::floor(x))
CT_UNARY(is_finite, at::isfinite(x))
CT_UNARY(is_nan, at::isnan(x))
CT_UNARY(log, at::log(x))
CT_UNARY(log_sigmoid, at::log_sigmoid(x))
CT_UNARY(logical_not, at::logical_not(x))
CT_UNARY(neg, at::neg(x))
CT_UNARY(reciprocal, at::reciprocal(x))
CT_UNARY(relu, at::relu(x))
CT_UNARY(round, at::round(x))
CT_UNARY(rsqrt, at::rsqrt(x))
CT_UNARY(sigmoid, at::sigmoid(x))
CT_UNARY(sign, at::sign(x))
CT_UNARY(sin, at::sin(x))
CT_UNARY(sqrt, at::sqrt(x))
CT_UNARY(square, at::square(x))
CT_UNARY(tanh, at::tanh(x))
CT_UNARY(contiguous, x.contiguous())
CT_UNARY(channels_last, x.contiguous(at::MemoryFormat::ChannelsLast))
CT_UNARY(detach, x.detach())
CT_UNARY(clone, x.clone())
CT_UNARY(sum_all, at::sum(x))
CT_UNARY(mean_all, at::mean(x))
CT_UNARY(max_all, at::max(x))
CT_UNARY(min_all, at::min(x))
CT_UNARY(norm, at::norm(x))
CT_UNARY(any, at::any(x))
CT_UNARY(all, at::all(x))
CT_UNARY(nonzero, at::nonzero(x))

#define CT_BINARY(name, function)                                                \
  CTStatus ct_##name(                                                            \
      CTResult result, const CTTensor *a, const CTTensor *b, CTError error) {   \
    return produce(result, error, [&] { return function(a->value, b->value); }); \
  }

#define CT_BINARY_OR_SCALAR(name, function)                                                    \
  CT_BINARY(name, function)                                                                    \
  CTStatus ct_##name##_scalar(CTResult result, const CTTensor *a, double b, CTError error) { \
    return produce(result, error, [&] { return function(a->value, scalar(a->value, b)); });    \
  }

CT_BINARY_OR_SCALAR(add, at::add)
CT_BINARY_OR_SCALAR(sub, at::sub)
CT_BINARY_OR_SCALAR(mul, at::mul)
CT_BINARY_OR_SCALAR(div, at::div)
CT_BINARY_OR_SCALAR(pow, at::pow)
CT_BINARY_OR_SCALAR(equal, at::eq)
CT_BINARY_OR_SCALAR(not_equal, at::ne)
CT_BINARY_OR_SCALAR(greater, at::gt)
CT_BINARY_OR_SCALAR(greater_equal, at::ge)
CT_BINARY_OR_SCALAR(less, at::lt)
CT_BINARY_OR_SCALAR(less_equal, at::le)
CT_BINARY(logical_and, at::logical_and)
CT_BINARY(logical_or, at::logical_or)
CT_BINARY(elementwise_max, at::maximum)
CT_BINARY(elementwise_min, at::minimum)
CT_BINARY(matmul, at::matmul)

CTStatus ct_subtract_from(CTResult result, const CTTensor *a, double b, CTError error) {
  return produce(result, error, [&] { return at::rsub(a->value, scalar(a->value, b)); });
}

CTStatus ct_divide_into(CTResult result, const CTTensor *a, double b, CTError error) {
  return produce(result, error, [&] { return at::mul(at::reciprocal(a->value), b); });
}

CTStatus ct_clamp(CTResult result, const CTTensor *x, double low, double high, CTError error) {
  return produce(result, error, [&] {
    if (std::isnan(high)) return at::clamp_min(x->value, low);
    if (std::isnan(low)) return at::clamp_max(x->value, high);
    return at::clamp(x->value, at::Scalar(low), at::Scalar(high));
  });
}

CTStatus ct_where(
    CTResult result, const CTTensor *condition, const CTTensor *a, const CTTensor *b,
    CTError error) {
  return produce(
      result, error, [&] { return at::where(condition->value, a->value, b->value); });
}

CTStatus ct_masked_fill(
    CTResult result, const CTTensor *x, const CTTensor *mask, double value, CTError error) {
  return produce(result, error, [&] { return at::masked_fill(x->value, mask->value, value); });
}

CTStatus ct_to_dtype(CTResult result, const CTTensor *x, CTType dtype, CTError error) {
  return produce(result, error, [&] { return x->value.to(ct::scalar_type(dtype)); });
}

CTStatus ct_to_device(CTResult result, const CTTensor *x, CTDevice device, CTError error) {
  return produce(result, error, [&] { return x->value.to(ct::device(device)); });
}

#define CT_REDUCTION(name, function)                                                            \
  CTStatus ct_##name(                                                                           \
      CTResult result, const CTTensor *x, CTShape axes, bool keep_dimensions, CTError error) { \
    return produce(                                                                             \
        result, error, [&] { return function(x->value, ct::sizes(axes), keep_dimensions); });   \
  }

CT_REDUCTION(sum, at::sum)
CT_REDUCTION(mean, at::mean)
CT_REDUCTION(amax, at::amax)
CT_REDUCTION(amin, at::amin)
CT_REDUCTION(log_sum_exp, at::logsumexp)

CTStatus ct_variance(
    CTResult result, const CTTensor *x, CTShape axes, bool unbiased, bool keep_dimensions,
    CTError error) {
  return produce(result, error, [&] {
    return at::var(x->value, ct::sizes(axes), unbiased, keep_dimensions);
  });
}

CTStatus ct_max_along(
    CTResult values, CTResult indices, const CTTensor *x, intptr_t axis, bool keep_dimensions,
    CTError error) {
  return produce_two(
      values, indices, error, [&] { return at::max(x->value, axis, keep_dimensions); });
}

CTStatus ct_min_along(
    CTResult values, CTResult indices, const CTTensor *x, intptr_t axis, bool keep_dimensions,
    CTError error) {
  return produce_two(
      values, indices, error, [&] { return at::min(x->value, axis, keep_dimensions); });
}

CTStatus ct_argmax(
    CTResult result, const CTTensor *x, intptr_t axis, bool keep_dimensions, CTError error) {
  return produce(result, error, [&] { return at::argmax(x->value, axis, keep_dimensions); });
}

CTStatus ct_cumulative_sum(CTResult result, const CTTensor *x, intptr_t axis, CTError error) {
  return produce(result, error, [&] { return at::cumsum(x->value, axis); });
}

CTStatus ct_softmax(CTResult result, const CTTensor *x, intptr_t axis, CTError error) {
  return produce(result, error, [&] { return at::softmax(x->value, axis); });
}

CTStatus ct_log_softmax(CTResult result, const CTTensor *x, intptr_t axis, CTError error) {
  return produce(result, error, [&] { return at::log_softmax(x->value, axis); });
}
