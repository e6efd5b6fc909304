// Views, rearrangements, indices and order.
#include "support.h"

using ct::produce;
using ct::produce_two;

CTStatus ct_reshape(CTResult result, const CTTensor *x, CTShape shape, CTError error) {
  return produce(result, error, [&] { return at::reshape(x->value, ct::sizes(shape)); });
}

CTStatus ct_permute(CTResult result, const CTTensor *x, CTShape axes, CTError error) {
  return produce(result, error, [&] { return x->value.permute(ct::sizes(axes)); });
}

CTStatus ct_expand(CTResult result, const CTTensor *x, CTShape shape, CTError error) {
  return produce(result, error, [&] { return x->value.expand(ct::sizes(shape)); });
}

CTStatus ct_repeat(CTResult result, const CTTensor *x, CTShape counts, CTError error) {
  return produce(result, error, [&] { return x->value.repeat(ct::sizes(counts)); });
}

CTStatus ct_flip(CTResult result, const CTTensor *x, CTShape axes, CTError error) {
  return produce(result, error, [&] { return at::flip(x->value, ct::sizes(axes)); });
}

CTStatus ct_flatten(
    CTResult result, const CTTensor *x, intptr_t first, intptr_t last, CTError error) {
  return produce(result, error, [&] { return at::flatten(x->value, first, last); });
}

CTStatus ct_transpose(
    CTResult result, const CTTensor *x, intptr_t first, intptr_t second, CTError error) {
  return produce(result, error, [&] { return x->value.transpose(first, second); });
}

CTStatus ct_unsqueeze(CTResult result, const CTTensor *x, intptr_t axis, CTError error) {
  return produce(result, error, [&] { return x->value.unsqueeze(axis); });
}

CTStatus ct_squeeze(CTResult result, const CTTensor *x, intptr_t axis, CTError error) {
  return produce(result, error, [&] { return x->value.squeeze(axis); });
}

CTStatus ct_select(
    CTResult result, const CTTensor *x, intptr_t axis, intptr_t index, CTError error) {
  return produce(result, error, [&] { return x->value.select(axis, index); });
}

CTStatus ct_narrow(
    CTResult result, const CTTensor *x, intptr_t axis, intptr_t start, intptr_t count,
    CTError error) {
  return produce(result, error, [&] { return x->value.narrow(axis, start, count); });
}

CTStatus ct_pad(
    CTResult result, const CTTensor *x, CTShape amounts, double value, CTError error) {
  return produce(
      result, error, [&] { return at::constant_pad_nd(x->value, ct::sizes(amounts), value); });
}

CTStatus ct_roll(
    CTResult result, const CTTensor *x, CTShape shifts, CTShape axes, CTError error) {
  return produce(
      result, error, [&] { return at::roll(x->value, ct::sizes(shifts), ct::sizes(axes)); });
}

namespace {

std::vector<at::Tensor> list(const CTTensor *const *tensors, intptr_t count) {
  std::vector<at::Tensor> values;
  values.reserve(count);
  for (intptr_t i = 0; i < count; i++) values.push_back(tensors[i]->value);
  return values;
}

}  // namespace

CTStatus ct_concatenate(
    CTResult result, const CTTensor *const *tensors, intptr_t count, intptr_t axis,
    CTError error) {
  return produce(result, error, [&] { return at::cat(list(tensors, count), axis); });
}

CTStatus ct_stack(
    CTResult result, const CTTensor *const *tensors, intptr_t count, intptr_t axis,
    CTError error) {
  return produce(result, error, [&] { return at::stack(list(tensors, count), axis); });
}

CTStatus ct_gather(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *index, CTError error) {
  return produce(result, error, [&] { return at::gather(x->value, axis, index->value); });
}

CTStatus ct_scatter(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *index,
    const CTTensor *source, CTError error) {
  return produce(
      result, error, [&] { return at::scatter(x->value, axis, index->value, source->value); });
}

CTStatus ct_scatter_add(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *index,
    const CTTensor *source, CTError error) {
  return produce(result, error, [&] {
    return at::scatter_add(x->value, axis, index->value, source->value);
  });
}

CTStatus ct_scatter_value(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *index, double value,
    CTError error) {
  return produce(result, error, [&] {
    return at::scatter(x->value, axis, index->value, at::Scalar(value));
  });
}

CTStatus ct_index_select(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *indices, CTError error) {
  return produce(result, error, [&] { return at::index_select(x->value, axis, indices->value); });
}

CTStatus ct_sort(
    CTResult values, CTResult indices, const CTTensor *x, intptr_t axis, bool descending,
    CTError error) {
  return produce_two(values, indices, error, [&] {
    return at::sort(x->value, /*stable=*/true, axis, descending);
  });
}

CTStatus ct_top(
    CTResult values, CTResult indices, const CTTensor *x, intptr_t count, intptr_t axis,
    bool largest, bool in_order, CTError error) {
  return produce_two(
      values, indices, error, [&] { return at::topk(x->value, count, axis, largest, in_order); });
}

CTStatus ct_one_hot(CTResult result, const CTTensor *x, intptr_t class_count, CTError error) {
  return produce(result, error, [&] { return at::one_hot(x->value, class_count); });
}
