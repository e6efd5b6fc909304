// Making, reading and changing tensors; automatic differentiation.
#include <ATen/CPUGeneratorImpl.h>

#include <cstring>

#include "support.h"

using ct::produce;
using ct::protect;

CTStatus ct_from_bytes(
    CTResult result, const void *bytes, CTType dtype, CTShape shape, CTDevice device,
    CTError error) {
  return produce(result, error, [&] {
    auto tensor = at::empty(ct::sizes(shape), at::TensorOptions(ct::scalar_type(dtype)));
    if (tensor.numel() > 0) std::memcpy(tensor.data_ptr(), bytes, tensor.nbytes());
    return tensor.to(ct::device(device));
  });
}

CTStatus ct_copy_out(void *bytes, CTType dtype, const CTTensor *tensor, CTError error) {
  return protect(error, [&] {
    auto host = tensor->value.detach().to(at::kCPU, ct::scalar_type(dtype)).contiguous();
    if (host.numel() > 0) std::memcpy(bytes, host.data_ptr(), host.nbytes());
  });
}

CTStatus ct_item(double *result, const CTTensor *tensor, CTError error) {
  return protect(error, [&] { *result = tensor->value.item().toDouble(); });
}

CTStatus ct_full(
    CTResult result, CTShape shape, double value, CTType dtype, CTDevice device, CTError error) {
  return produce(result, error, [&] {
    auto options = at::TensorOptions(ct::scalar_type(dtype)).device(ct::device(device));
    return value == 0 ? at::zeros(ct::sizes(shape), options)
                      : at::full(ct::sizes(shape), value, options);
  });
}

CTStatus ct_arange(
    CTResult result, intptr_t count, CTType dtype, CTDevice device, CTError error) {
  return produce(result, error, [&] {
    return at::arange(
        static_cast<int64_t>(count),
        at::TensorOptions(ct::scalar_type(dtype)).device(ct::device(device)));
  });
}

CTStatus ct_normal(
    CTResult result, CTShape shape, double mean, double standard_deviation, uint64_t seed,
    CTDevice device, CTError error) {
  return produce(result, error, [&] {
    ct::NoGradient scope;
    return at::empty(ct::sizes(shape), at::kFloat)
        .normal_(mean, standard_deviation, at::detail::createCPUGenerator(seed))
        .to(ct::device(device));
  });
}

CTStatus ct_uniform(
    CTResult result, CTShape shape, double low, double high, uint64_t seed, CTDevice device,
    CTError error) {
  return produce(result, error, [&] {
    ct::NoGradient scope;
    return at::empty(ct::sizes(shape), at::kFloat)
        .uniform_(low, high, at::detail::createCPUGenerator(seed))
        .to(ct::device(device));
  });
}

intptr_t ct_rank(const CTTensor *tensor) { return tensor->value.dim(); }
intptr_t ct_count(const CTTensor *tensor) { return tensor->value.numel(); }
intptr_t ct_size(const CTTensor *tensor, intptr_t axis) { return tensor->value.sizes()[axis]; }
CTType ct_dtype(const CTTensor *tensor) { return ct::type_code(tensor->value.scalar_type()); }

CTDevice ct_device(const CTTensor *tensor) {
  auto device = tensor->value.device();
  return {device.is_cuda(), device.is_cuda() ? device.index() : -1};
}

bool ct_requires_gradient(const CTTensor *tensor) { return tensor->value.requires_grad(); }
bool ct_is_leaf(const CTTensor *tensor) { return tensor->value.is_leaf(); }
bool ct_is_contiguous(const CTTensor *tensor) { return tensor->value.is_contiguous(); }

CTStatus ct_backward(
    const CTTensor *tensor, const CTTensor *gradient, bool keep_graph, CTError error) {
  return protect(error, [&] { tensor->value.backward(ct::optional(gradient), keep_graph); });
}

CTStatus ct_gradient(CTResult result, const CTTensor *tensor, CTError error) {
  return protect(error, [&] {
    const auto &gradient = tensor->value.grad();
    *result = gradient.defined() ? new CTTensor{gradient} : nullptr;
  });
}

CTStatus ct_set_requires_gradient(const CTTensor *tensor, bool required, CTError error) {
  return protect(error, [&] { tensor->value.requires_grad_(required); });
}

CTStatus ct_clear_gradient(const CTTensor *tensor, CTError error) {
  return protect(error, [&] { tensor->value.mutable_grad().reset(); });
}

CTStatus ct_assign(const CTTensor *target, const CTTensor *source, CTError error) {
  return protect(error, [&] {
    ct::NoGradient scope;
    target->value.copy_(source->value);
  });
}

CTStatus ct_accumulate(
    const CTTensor *target, const CTTensor *other, double scale, CTError error) {
  return protect(error, [&] {
    ct::NoGradient scope;
    target->value.add_(other->value, scale);
  });
}

CTStatus ct_scale(const CTTensor *target, double factor, CTError error) {
  return protect(error, [&] {
    ct::NoGradient scope;
    target->value.mul_(factor);
  });
}

CTStatus ct_fill(const CTTensor *target, double value, CTError error) {
  return protect(error, [&] {
    ct::NoGradient scope;
    target->value.fill_(value);
  });
}

CTStatus ct_sgd_step(
    const CTTensor *parameter, const CTTensor *gradient, const CTTensor *velocity, double rate,
    double momentum, double weight_decay, bool rate_inside_velocity, CTError error) {
  return protect(error, [&] {
    ct::NoGradient scope;
    const auto &weight = parameter->value;
    auto direction = weight_decay == 0 ? gradient->value
                                       : at::add(gradient->value, weight, weight_decay);
    if (velocity == nullptr) {
      weight.add_(direction, -rate);
    } else if (rate_inside_velocity) {
      velocity->value.mul_(momentum).add_(direction, rate);
      weight.sub_(velocity->value);
    } else {
      velocity->value.mul_(momentum).add_(direction);
      weight.add_(velocity->value, -rate);
    }
  });
}

CTStatus ct_dropout(
    CTResult result, const CTTensor *x, double probability, bool by_channel,
    const uint64_t *seeds, intptr_t seed_count, CTError error) {
  return produce(result, error, [&] {
    const auto &input = x->value;
    TORCH_CHECK(
        seed_count == 1 || (input.dim() > 0 && input.size(0) == seed_count),
        "dropout got ", seed_count, " seeds for a tensor of shape ", input.sizes());
    std::vector<int64_t> shape(input.sizes().begin(), input.sizes().end());
    for (size_t axis = 2; by_channel && axis < shape.size(); axis++) shape[axis] = 1;
    at::Tensor mask;
    {
      ct::NoGradient scope;
      mask = at::empty(shape, at::kFloat);
      for (intptr_t i = 0; i < seed_count; i++) {
        auto part = seed_count == 1 ? mask : mask.select(0, i);
        part.bernoulli_(1 - probability, at::detail::createCPUGenerator(seeds[i]));
      }
      mask = mask.div_(1 - probability).to(input.device(), input.scalar_type());
    }
    return at::mul(input, mask);
  });
}
