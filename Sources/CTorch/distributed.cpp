// Processes that train together, on libtorch's c10d: Gloo between processors, NCCL between GPUs.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

// Debian's libtorch has Gloo inside; its header needs Gloo's own, which pip's wheels leave out.
#if __has_include(<gloo/context.h>)
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif

// A build names the folder of nccl.h to get NCCL; see Package.swift.
#ifdef CT_WITH_NCCL
#define USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include "support.h"

struct CTStore {
  c10::intrusive_ptr<c10d::TCPStore> value;
};

struct CTProcessGroup {
#ifdef USE_C10D_GLOO
  c10::intrusive_ptr<c10d::ProcessGroupGloo> processors;
#endif
#ifdef CT_WITH_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> gpus;
#endif
  int64_t count = 1;
  /// What the first exchange that failed said.
  mutable std::string failure;

  /// Replaces the elements by their sums over all processes, the same bits in every process.
  void sum(at::Tensor &tensor) const {
    try {
      exchange(tensor);
    } catch (const std::exception &exception) {
      if (failure.empty()) failure = exception.what();
      throw;
    }
  }

 private:
  void exchange(at::Tensor &tensor) const {
#ifdef CT_WITH_NCCL
    if (tensor.is_cuda()) {
      std::vector<at::Tensor> list{tensor};
      gpus->allreduce(list)->wait();
      return;
    }
#endif
#ifdef USE_C10D_GLOO
    std::vector<at::Tensor> list{tensor.is_cuda() ? tensor.cpu() : tensor};
    processors->allreduce(list)->wait();
    if (tensor.is_cuda()) tensor.copy_(list[0]);
#endif
  }
};

namespace {

/// The number of elements that are summed at once: large enough to fill the network, small enough
/// not to double the memory of a large model.
constexpr int64_t bucket_size = 16 << 20;

std::string arrival(int64_t rank) { return "arrived/" + std::to_string(rank); }

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
}

/// The sum over all processes, whose derivative is the sum of all processes' derivatives.
struct Sum : torch::autograd::Function<Sum> {
  static at::Tensor forward(
      torch::autograd::AutogradContext *context, const at::Tensor &x, int64_t group) {
    context->saved_data["group"] = group;
    auto result = x.clone(at::MemoryFormat::Contiguous);
    reinterpret_cast<const CTProcessGroup *>(group)->sum(result);
    return result;
  }

  static torch::autograd::variable_list backward(
      torch::autograd::AutogradContext *context, torch::autograd::variable_list gradients) {
    auto group = reinterpret_cast<const CTProcessGroup *>(context->saved_data["group"].toInt());
    auto result = gradients[0].clone(at::MemoryFormat::Contiguous);
    group->sum(result);
    return {result, at::Tensor()};
  }
};

/// Averages the gradients of some parameters, of `size` elements together.
void average_bucket(
    const CTProcessGroup &group, const std::vector<at::Tensor> &parameters, int64_t size) {
  if (parameters.empty()) return;
  auto flat = at::zeros({size}, parameters[0].options().requires_grad(false));
  int64_t start = 0;
  for (const auto &parameter : parameters) {
    auto part = flat.narrow(0, start, parameter.numel());
    if (parameter.grad().defined()) part.copy_(parameter.grad().reshape(-1));
    start += parameter.numel();
  }
  group.sum(flat);
  flat.div_(group.count);
  start = 0;
  for (const auto &parameter : parameters) {
    auto part = flat.narrow(0, start, parameter.numel()).view(parameter.sizes());
    if (parameter.grad().defined()) {
      parameter.grad().copy_(part);
    } else {
      parameter.mutable_grad() = part.clone();
    }
    start += parameter.numel();
  }
}

}  // namespace

namespace ct {

void sum_over_processes(const CTProcessGroup &group, at::Tensor &tensor) { group.sum(tensor); }
double process_count(const CTProcessGroup &group) { return static_cast<double>(group.count); }

}  // namespace ct

bool ct_has_process_groups() {
#ifdef USE_C10D_GLOO
  return true;
#else
  return false;
#endif
}

CTStatus ct_open_store(
    CTStore **result, const char *host, int32_t port, bool serves, double seconds,
    CTError error) {
  return ct::protect(error, [&] {
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(port);
    options.isServer = serves;
    options.waitWorkers = false;
    options.timeout = milliseconds(seconds);
    *result = new CTStore{c10::make_intrusive<c10d::TCPStore>(host, options)};
  });
}

int32_t ct_store_port(const CTStore *store) { return store->value->getPort(); }

CTStatus ct_meet(
    const CTStore *store, int32_t rank, int32_t count, double seconds, int32_t *missing,
    CTError error) {
  return ct::protect(error, [&] {
    auto end = std::chrono::steady_clock::now() + milliseconds(seconds);
    store->value->set(arrival(rank), {1});
    *missing = -1;
    for (int32_t other = 0; other < count; other++) {
      auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      try {
        // A timeout of 0 would mean none.
        store->value->wait({arrival(other)}, std::max(left, std::chrono::milliseconds(1)));
      } catch (const std::exception &) {
        // Whoever is there can still say who is missing.
        if (std::chrono::steady_clock::now() < end) throw;
        *missing = other;
        return;
      }
    }
  });
}

void ct_close_store(CTStore *store) { delete store; }

CTStatus ct_make_process_group(
    CTProcessGroup **result, const CTStore *store, int32_t rank, int32_t count,
    const char *interface, const char *host, double seconds, CTError error) {
  return ct::protect(error, [&] {
    auto group = std::make_unique<CTProcessGroup>();
    group->count = count;
#ifdef USE_C10D_GLOO
    using c10d::ProcessGroupGloo;
    auto options = ProcessGroupGloo::Options::create(milliseconds(seconds));
    // Calls are made one after the other.
    options->threads = 1;
    options->devices.push_back(
        interface != nullptr ? ProcessGroupGloo::createDeviceForInterface(interface)
        : host != nullptr    ? ProcessGroupGloo::createDeviceForHostname(host)
                             : ProcessGroupGloo::createDefaultDevice());
    group->processors = c10::make_intrusive<ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>("gloo", store->value), rank, count, options);
#else
    TORCH_CHECK(
        false, "this program was built without Gloo's headers (libgloo-dev), so it cannot train "
               "in several processes");
#endif
#ifdef CT_WITH_NCCL
    // NCCL refuses to start without a GPU, which a laptop or a login node lacks.
    if (ct_cuda_device_count() > 0) {
      auto gpu_options = c10d::ProcessGroupNCCL::Options::create();
      gpu_options->timeout = milliseconds(seconds);
      group->gpus = c10::make_intrusive<c10d::ProcessGroupNCCL>(
          c10::make_intrusive<c10d::PrefixStore>("nccl", store->value), rank, count, gpu_options);
    }
#endif
    *result = group.release();
  });
}

const char *ct_process_group_failure(const CTProcessGroup *group) {
  return group->failure.empty() ? nullptr : group->failure.c_str();
}

void ct_free_process_group(CTProcessGroup *group) { delete group; }

CTStatus ct_sum_numbers(
    const CTProcessGroup *group, double *numbers, intptr_t count, CTError error) {
  return ct::protect(error, [&] {
    auto tensor = at::from_blob(numbers, {count}, at::TensorOptions(at::kDouble));
    group->sum(tensor);
  });
}

CTStatus ct_sum_over_processes(
    CTResult result, const CTTensor *x, const CTProcessGroup *group, CTError error) {
  return ct::produce(
      result, error, [&] { return Sum::apply(x->value, reinterpret_cast<int64_t>(group)); });
}

CTStatus ct_average_gradients(
    const CTProcessGroup *group, const CTTensor *const *parameters, intptr_t count,
    CTError error) {
  return ct::protect(error, [&] {
    ct::NoGradient scope;
    // What has a gradient in one process only still gets one in all of them.
    auto known = at::zeros({count}, at::TensorOptions(at::kDouble));
    for (intptr_t i = 0; i < count; i++) {
      known.data_ptr<double>()[i] = parameters[i]->value.grad().defined();
    }
    group->sum(known);
    std::vector<at::Tensor> bucket;
    int64_t size = 0;
    for (intptr_t i = 0; i < count; i++) {
      const auto &parameter = parameters[i]->value;
      if (known.data_ptr<double>()[i] == 0) continue;
      if (size > 0 && size + parameter.numel() > bucket_size) {
        average_bucket(*group, bucket, size);
        bucket.clear();
        size = 0;
      }
      bucket.push_back(parameter);
      size += parameter.numel();
    }
    average_bucket(*group, bucket, size);
  });
}
