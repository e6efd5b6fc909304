// What libtorch does not tell about the kernels in use. The libraries behind it are asked through
// the dynamic linker, because not every build of libtorch has them, or shows them.
#include <dlfcn.h>

#include <cstdint>

#include "ctorch.h"

namespace {

template <typename Function>
Function *find(void *library, const char *name) {
  return reinterpret_cast<Function *>(dlsym(library, name));
}

}  // namespace

const char *ct_openblas_configuration() {
  auto *configuration = find<const char *()>(RTLD_DEFAULT, "openblas_get_config");
  return configuration == nullptr ? nullptr : configuration();
}

const char *ct_openblas_core() {
  auto *core = find<const char *()>(RTLD_DEFAULT, "openblas_get_corename");
  return core == nullptr ? nullptr : core();
}

void ct_set_openblas_thread_count(int32_t count) {
  auto *set_count = find<void(int)>(RTLD_DEFAULT, "openblas_set_num_threads");
  if (set_count != nullptr) set_count(count);
}

int32_t ct_onednn_instruction_set() {
  auto *instruction_set = find<int()>(RTLD_DEFAULT, "dnnl_get_effective_cpu_isa");
  return instruction_set == nullptr ? -1 : instruction_set();
}

bool ct_gpu_name(int32_t index, char *text, int32_t capacity) {
  // libtorch's CUDA headers are not needed for a name; the driver has one, and its ABI is stable.
  void *driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (driver == nullptr) return false;
  auto *start = find<int(unsigned)>(driver, "cuInit");
  auto *get = find<int(int *, int)>(driver, "cuDeviceGet");
  auto *name = find<int(char *, int, int)>(driver, "cuDeviceGetName");
  int device = 0;
  // The driver stays loaded: it is in use as soon as a tensor lives on the GPU.
  return start != nullptr && get != nullptr && name != nullptr && start(0) == 0 &&
         get(&device, index) == 0 && name(text, capacity, device) == 0;
}
