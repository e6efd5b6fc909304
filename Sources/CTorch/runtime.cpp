#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/api/include/torch/version.h>

#include <cstring>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "support.h"

namespace {

char *copy_first_line(const char *text) noexcept {
  size_t length = std::strcspn(text, "\n");
  auto *copy = static_cast<char *>(std::malloc(length + 1));
  if (copy == nullptr) return nullptr;
  std::memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

// Version 2.4 replaced one set of functions for each kind of device by one that takes the kind.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
at::DeviceType kind(bool is_cuda) { return is_cuda ? at::kCUDA : at::kCPU; }
bool autocast_enabled(bool is_cuda) { return at::autocast::is_autocast_enabled(kind(is_cuda)); }
at::ScalarType autocast_type(bool is_cuda) {
  return at::autocast::get_autocast_dtype(kind(is_cuda));
}
void set_autocast(bool is_cuda, bool enabled, at::ScalarType type) {
  at::autocast::set_autocast_enabled(kind(is_cuda), enabled);
  at::autocast::set_autocast_dtype(kind(is_cuda), type);
}
#else
bool autocast_enabled(bool is_cuda) {
  return is_cuda ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
}
at::ScalarType autocast_type(bool is_cuda) {
  return is_cuda ? at::autocast::get_autocast_gpu_dtype() : at::autocast::get_autocast_cpu_dtype();
}
void set_autocast(bool is_cuda, bool enabled, at::ScalarType type) {
  if (is_cuda) {
    at::autocast::set_enabled(enabled);
    at::autocast::set_autocast_gpu_dtype(type);
  } else {
    at::autocast::set_cpu_enabled(enabled);
    at::autocast::set_autocast_cpu_dtype(type);
  }
}
#endif

}  // namespace

namespace ct {

CTStatus describe_exception(CTError error) noexcept {
  try {
    throw;
  } catch (const c10::Error &exception) {
    *error = copy_first_line(exception.what_without_backtrace());
  } catch (const std::exception &exception) {
    *error = copy_first_line(exception.what());
  } catch (...) {
    *error = copy_first_line("libtorch threw something that is not an exception");
  }
  return 1;
}

at::ScalarType scalar_type(CTType dtype) {
  switch (dtype) {
    case CT_BOOL: return at::kBool;
    case CT_UINT8: return at::kByte;
    case CT_INT8: return at::kChar;
    case CT_INT16: return at::kShort;
    case CT_INT32: return at::kInt;
    case CT_INT64: return at::kLong;
    case CT_FLOAT16: return at::kHalf;
    case CT_BFLOAT16: return at::kBFloat16;
    case CT_FLOAT32: return at::kFloat;
    case CT_FLOAT64: return at::kDouble;
    default: TORCH_CHECK(false, "libtorch does not compute with wide unsigned integers");
  }
}

CTType type_code(at::ScalarType type) noexcept {
  switch (type) {
    case at::kBool: return CT_BOOL;
    case at::kByte: return CT_UINT8;
    case at::kChar: return CT_INT8;
    case at::kShort: return CT_INT16;
    case at::kInt: return CT_INT32;
    case at::kLong: return CT_INT64;
    case at::kHalf: return CT_FLOAT16;
    case at::kBFloat16: return CT_BFLOAT16;
    case at::kFloat: return CT_FLOAT32;
    case at::kDouble: return CT_FLOAT64;
    default: return CT_OTHER_TYPE;
  }
}

at::Device device(CTDevice device) {
  return device.is_cuda ? at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device.index))
                        : at::Device(at::kCPU);
}

NoGradient::NoGradient() : previous(c10::GradMode::is_enabled()) {
  c10::GradMode::set_enabled(false);
}
NoGradient::~NoGradient() { c10::GradMode::set_enabled(previous); }

}  // namespace ct

void ct_free_string(char *text) { std::free(text); }
void ct_free_tensor(CTTensor *tensor) { delete tensor; }

const char *ct_version() { return TORCH_VERSION; }

char *ct_configuration() {
  try {
    return strdup(at::show_config().c_str());
  } catch (...) {
    return nullptr;
  }
}

void ct_set_thread_count(int32_t count) { at::set_num_threads(count); }
int32_t ct_thread_count() { return at::get_num_threads(); }

void ct_keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
  mallopt(M_ARENA_MAX, 1);
#endif
}

int32_t ct_cuda_device_count() {
  try {
    return at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0;
  } catch (...) {
    return 0;
  }
}

CTStatus ct_manual_seed(uint64_t seed, CTError error) {
  return ct::protect(error, [&] { at::manual_seed(seed); });
}

bool ct_gradient_mode() { return c10::GradMode::is_enabled(); }
void ct_set_gradient_mode(bool enabled) { c10::GradMode::set_enabled(enabled); }

CTAutocast ct_autocast(bool is_cuda) {
  return {autocast_enabled(is_cuda), ct::type_code(autocast_type(is_cuda))};
}

CTStatus ct_enter_autocast(bool is_cuda, CTAutocast state, CTError error) {
  return ct::protect(error, [&] {
    auto type = ct::scalar_type(state.dtype);
    set_autocast(is_cuda, state.enabled, type);
    at::autocast::increment_nesting();
  });
}

void ct_leave_autocast(bool is_cuda, CTAutocast previous) {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  set_autocast(is_cuda, previous.enabled, ct::scalar_type(previous.dtype));
}
