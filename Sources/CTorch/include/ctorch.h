// A C interface to libtorch: opaque tensors, a status for every call, no C++ in sight.
//
// A function that can fail returns 0 on success. Otherwise it returns 1, stores a text in `*error`
// that the caller releases with `ct_free_string`, and leaves its results alone. Tensors stored in a
// `result` belong to the caller, who releases them with `ct_free_tensor`. Axes count from 0;
// negative axes count from the end.
//
// The same source is tested with libtorch 1.13.1 (Debian's libtorch-dev) and 2.13.0 (PyPI's torch).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

typedef struct CTTensor CTTensor;
/// The table through which processes find each other.
typedef struct CTStore CTStore;
/// Processes that train together.
typedef struct CTProcessGroup CTProcessGroup;

/// Where a call stores a new tensor.
typedef CTTensor *_Nullable *_Nonnull CTResult;

/// Where a failed call stores its text.
typedef char *_Nullable *_Nonnull CTError;

typedef int32_t CTStatus;

typedef enum CTType {
  CT_BOOL = 0,
  CT_UINT8,
  CT_INT8,
  CT_UINT16,
  CT_INT16,
  CT_UINT32,
  CT_INT32,
  CT_UINT64,
  CT_INT64,
  CT_FLOAT16,
  CT_BFLOAT16,
  CT_FLOAT32,
  CT_FLOAT64,
  CT_OTHER_TYPE,
} CTType;

/// `index` is -1 on the CPU.
typedef struct CTDevice {
  bool is_cuda;
  int32_t index;
} CTDevice;

typedef struct CTShape {
  const intptr_t *_Nullable sizes;
  intptr_t rank;
} CTShape;

typedef struct CTPair {
  intptr_t height;
  intptr_t width;
} CTPair;

/// The state of mixed precision on one kind of device.
typedef struct CTAutocast {
  bool enabled;
  CTType dtype;
} CTAutocast;

// Runtime -----------------------------------------------------------------------------------------

void ct_free_string(char *_Nullable text);
void ct_free_tensor(CTTensor *_Nullable tensor);

const char *ct_version(void);
/// The build's configuration as libtorch words it; the caller frees it.
char *_Nullable ct_configuration(void);
void ct_set_thread_count(int32_t count);
int32_t ct_thread_count(void);
/// Lets the C library keep freed memory for the next allocation instead of giving it back.
void ct_keep_freed_memory(void);
int32_t ct_cuda_device_count(void);

/// OpenBLAS's version and options, null where the BLAS is another one.
const char *_Nullable ct_openblas_configuration(void);
/// The processor whose kernels OpenBLAS uses, null where the BLAS is another one.
const char *_Nullable ct_openblas_core(void);
/// OpenBLAS has threads of its own, which libtorch does not count.
void ct_set_openblas_thread_count(int32_t count);
/// The bits of the instruction sets that oneDNN uses; -1 where it does not show them.
int32_t ct_onednn_instruction_set(void);
/// Writes the model of a GPU; false if there is none of this number or no driver.
bool ct_gpu_name(int32_t index, char *text, int32_t capacity);
CTStatus ct_manual_seed(uint64_t seed, CTError error);

bool ct_gradient_mode(void);
void ct_set_gradient_mode(bool enabled);
CTAutocast ct_autocast(bool is_cuda);
CTStatus ct_enter_autocast(bool is_cuda, CTAutocast state, CTError error);
/// Restores `previous`; drops the cached casts when the outermost scope ends.
void ct_leave_autocast(bool is_cuda, CTAutocast previous);

// Making and reading tensors ----------------------------------------------------------------------

CTStatus ct_from_bytes(
    CTResult result, const void *bytes, CTType dtype, CTShape shape, CTDevice device,
    CTError error);
/// Converts to `dtype` and writes the elements row-major; `bytes` must hold all of them.
CTStatus ct_copy_out(void *bytes, CTType dtype, const CTTensor *tensor, CTError error);
CTStatus ct_item(double *result, const CTTensor *tensor, CTError error);

CTStatus ct_full(
    CTResult result, CTShape shape, double value, CTType dtype, CTDevice device, CTError error);
CTStatus ct_arange(
    CTResult result, intptr_t count, CTType dtype, CTDevice device, CTError error);
/// Draws on the CPU from a generator of its own, so that every device gets the same numbers.
CTStatus ct_normal(
    CTResult result, CTShape shape, double mean, double standard_deviation, uint64_t seed,
    CTDevice device, CTError error);
CTStatus ct_uniform(
    CTResult result, CTShape shape, double low, double high, uint64_t seed, CTDevice device,
    CTError error);

intptr_t ct_rank(const CTTensor *tensor);
intptr_t ct_count(const CTTensor *tensor);
/// The size of an axis in `0 ..< ct_rank`.
intptr_t ct_size(const CTTensor *tensor, intptr_t axis);
CTType ct_dtype(const CTTensor *tensor);
CTDevice ct_device(const CTTensor *tensor);
bool ct_requires_gradient(const CTTensor *tensor);
bool ct_is_leaf(const CTTensor *tensor);
bool ct_is_contiguous(const CTTensor *tensor);

// Automatic differentiation -----------------------------------------------------------------------

CTStatus ct_backward(
    const CTTensor *tensor, const CTTensor *_Nullable gradient, bool keep_graph, CTError error);
/// Stores NULL when there is no gradient.
CTStatus ct_gradient(CTResult result, const CTTensor *tensor, CTError error);
CTStatus ct_set_requires_gradient(const CTTensor *tensor, bool required, CTError error);
CTStatus ct_clear_gradient(const CTTensor *tensor, CTError error);

// Changing a tensor in place, outside the graph ---------------------------------------------------

CTStatus ct_assign(const CTTensor *target, const CTTensor *source, CTError error);
CTStatus ct_accumulate(
    const CTTensor *target, const CTTensor *other, double scale, CTError error);
CTStatus ct_scale(const CTTensor *target, double factor, CTError error);
CTStatus ct_fill(const CTTensor *target, double value, CTError error);

/// Takes one step of gradient descent with momentum; a NULL velocity means no momentum.
CTStatus ct_sgd_step(
    const CTTensor *parameter, const CTTensor *gradient, const CTTensor *_Nullable velocity,
    double rate, double momentum, double weight_decay, bool rate_inside_velocity, CTError error);

// Element by element ------------------------------------------------------------------------------

#define CT_UNARY(name) CTStatus ct_##name(CTResult result, const CTTensor *x, CTError error);
CT_UNARY(abs)
CT_UNARY(ceil)
CT_UNARY(cos)
CT_UNARY(elu)
CT_UNARY(exp)
CT_UNARY(floor)
CT_UNARY(is_finite)
CT_UNARY(is_nan)
CT_UNARY(log)
CT_UNARY(log_sigmoid)
CT_UNARY(logical_not)
CT_UNARY(neg)
CT_UNARY(reciprocal)
CT_UNARY(relu)
CT_UNARY(relu6)
CT_UNARY(round)
CT_UNARY(rsqrt)
CT_UNARY(sigmoid)
CT_UNARY(sign)
CT_UNARY(sin)
CT_UNARY(sqrt)
CT_UNARY(square)
CT_UNARY(tanh)
CT_UNARY(contiguous)
CT_UNARY(channels_last)
CT_UNARY(detach)
CT_UNARY(clone)
#undef CT_UNARY

#define CT_BINARY(name)                                                                    \
  CTStatus ct_##name(CTResult result, const CTTensor *a, const CTTensor *b, CTError error); \
  CTStatus ct_##name##_scalar(CTResult result, const CTTensor *a, double b, CTError error);
CT_BINARY(add)
CT_BINARY(sub)
CT_BINARY(mul)
CT_BINARY(div)
CT_BINARY(pow)
CT_BINARY(equal)
CT_BINARY(not_equal)
CT_BINARY(greater)
CT_BINARY(greater_equal)
CT_BINARY(less)
CT_BINARY(less_equal)
#undef CT_BINARY

#define CT_BINARY(name) \
  CTStatus ct_##name(CTResult result, const CTTensor *a, const CTTensor *b, CTError error);
CT_BINARY(logical_and)
CT_BINARY(logical_or)
CT_BINARY(elementwise_max)
CT_BINARY(elementwise_min)
CT_BINARY(matmul)
#undef CT_BINARY

/// `b - a`
CTStatus ct_subtract_from(CTResult result, const CTTensor *a, double b, CTError error);
/// `b / a`
CTStatus ct_divide_into(CTResult result, const CTTensor *a, double b, CTError error);
/// NaN stands for no bound.
CTStatus ct_clamp(CTResult result, const CTTensor *x, double low, double high, CTError error);
CTStatus ct_where(
    CTResult result, const CTTensor *condition, const CTTensor *a, const CTTensor *b,
    CTError error);
CTStatus ct_masked_fill(
    CTResult result, const CTTensor *x, const CTTensor *mask, double value, CTError error);
CTStatus ct_to_dtype(CTResult result, const CTTensor *x, CTType dtype, CTError error);
CTStatus ct_to_device(CTResult result, const CTTensor *x, CTDevice device, CTError error);
/// Zeroes elements with `probability` and scales the others by `1 / (1 - probability)`: one seed
/// for the whole tensor, or one for each entry of axis 0. `by_channel` zeroes whole planes.
CTStatus ct_dropout(
    CTResult result, const CTTensor *x, double probability, bool by_channel,
    const uint64_t *seeds, intptr_t seed_count, CTError error);

// Reductions --------------------------------------------------------------------------------------

#define CT_REDUCTION(name)                                                                     \
  CTStatus ct_##name(                                                                          \
      CTResult result, const CTTensor *x, CTShape axes, bool keep_dimensions, CTError error);
CT_REDUCTION(sum)
CT_REDUCTION(mean)
CT_REDUCTION(amax)
CT_REDUCTION(amin)
CT_REDUCTION(log_sum_exp)
#undef CT_REDUCTION

#define CT_REDUCTION(name) CTStatus ct_##name(CTResult result, const CTTensor *x, CTError error);
CT_REDUCTION(sum_all)
CT_REDUCTION(mean_all)
CT_REDUCTION(max_all)
CT_REDUCTION(min_all)
CT_REDUCTION(norm)
CT_REDUCTION(any)
CT_REDUCTION(all)
#undef CT_REDUCTION

CTStatus ct_variance(
    CTResult result, const CTTensor *x, CTShape axes, bool unbiased, bool keep_dimensions,
    CTError error);
CTStatus ct_max_along(
    CTResult values, CTResult indices, const CTTensor *x, intptr_t axis, bool keep_dimensions,
    CTError error);
CTStatus ct_min_along(
    CTResult values, CTResult indices, const CTTensor *x, intptr_t axis, bool keep_dimensions,
    CTError error);
CTStatus ct_argmax(
    CTResult result, const CTTensor *x, intptr_t axis, bool keep_dimensions, CTError error);
CTStatus ct_cumulative_sum(CTResult result, const CTTensor *x, intptr_t axis, CTError error);
CTStatus ct_softmax(CTResult result, const CTTensor *x, intptr_t axis, CTError error);
CTStatus ct_log_softmax(CTResult result, const CTTensor *x, intptr_t axis, CTError error);

// Shape -------------------------------------------------------------------------------------------

#define CT_SHAPE(name) \
  CTStatus ct_##name(CTResult result, const CTTensor *x, CTShape shape, CTError error);
CT_SHAPE(reshape)
CT_SHAPE(permute)
CT_SHAPE(expand)
CT_SHAPE(repeat)
CT_SHAPE(flip)
#undef CT_SHAPE

CTStatus ct_flatten(
    CTResult result, const CTTensor *x, intptr_t first, intptr_t last, CTError error);
CTStatus ct_transpose(
    CTResult result, const CTTensor *x, intptr_t first, intptr_t second, CTError error);
CTStatus ct_unsqueeze(CTResult result, const CTTensor *x, intptr_t axis, CTError error);
CTStatus ct_squeeze(CTResult result, const CTTensor *x, intptr_t axis, CTError error);
CTStatus ct_select(
    CTResult result, const CTTensor *x, intptr_t axis, intptr_t index, CTError error);
CTStatus ct_narrow(
    CTResult result, const CTTensor *x, intptr_t axis, intptr_t start, intptr_t count,
    CTError error);
CTStatus ct_pad(
    CTResult result, const CTTensor *x, CTShape amounts, double value, CTError error);
CTStatus ct_roll(
    CTResult result, const CTTensor *x, CTShape shifts, CTShape axes, CTError error);
CTStatus ct_concatenate(
    CTResult result, const CTTensor *_Nullable const *_Nonnull tensors, intptr_t count,
    intptr_t axis, CTError error);
CTStatus ct_stack(
    CTResult result, const CTTensor *_Nullable const *_Nonnull tensors, intptr_t count,
    intptr_t axis, CTError error);

// Indices and order -------------------------------------------------------------------------------

CTStatus ct_gather(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *index, CTError error);
CTStatus ct_scatter(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *index,
    const CTTensor *source, CTError error);
CTStatus ct_scatter_add(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *index,
    const CTTensor *source, CTError error);
CTStatus ct_scatter_value(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *index, double value,
    CTError error);
CTStatus ct_index_select(
    CTResult result, const CTTensor *x, intptr_t axis, const CTTensor *indices, CTError error);
CTStatus ct_sort(
    CTResult values, CTResult indices, const CTTensor *x, intptr_t axis, bool descending,
    CTError error);
CTStatus ct_top(
    CTResult values, CTResult indices, const CTTensor *x, intptr_t count, intptr_t axis,
    bool largest, bool in_order, CTError error);
CTStatus ct_nonzero(CTResult result, const CTTensor *x, CTError error);
CTStatus ct_one_hot(CTResult result, const CTTensor *x, intptr_t class_count, CTError error);

// Network operations on [batch, channels, height, width] ------------------------------------------

CTStatus ct_linear(
    CTResult result, const CTTensor *x, const CTTensor *weight, const CTTensor *_Nullable bias,
    CTError error);
CTStatus ct_conv2d(
    CTResult result, const CTTensor *x, const CTTensor *weight, const CTTensor *_Nullable bias,
    CTPair stride, CTPair padding, CTPair dilation, intptr_t groups, CTError error);
/// Adds up the columns [batch, channels · kernel, positions] where each stands in images of a size.
CTStatus ct_fold(
    CTResult result, const CTTensor *columns, CTPair size, CTPair kernel, CTPair padding,
    CTPair dilation, CTError error);
/// The mean over the channels of |x at an offset from a source - x at the source|: [batch, offsets,
/// height, width] for a rectangle of sources whose first one lies at `origin`. `offsets` are rows
/// and columns in turn.
CTStatus ct_neighbor_distances(
    CTResult result, const CTTensor *x, CTShape offsets, CTPair origin, CTPair sources,
    CTError error);
CTStatus ct_max_pool2d(
    CTResult result, const CTTensor *x, CTPair kernel, CTPair stride, CTPair padding,
    bool ceil_mode, CTError error);
CTStatus ct_average_pool2d(
    CTResult result, const CTTensor *x, CTPair kernel, CTPair stride, CTPair padding,
    bool ceil_mode, bool count_padding, CTError error);
CTStatus ct_adaptive_average_pool2d(
    CTResult result, const CTTensor *x, CTPair size, CTError error);
/// A NULL weight and bias mean 1 and 0; with `training`, the running statistics may be NULL.
CTStatus ct_batch_norm(
    CTResult result, const CTTensor *x, const CTTensor *_Nullable weight,
    const CTTensor *_Nullable bias, const CTTensor *_Nullable mean,
    const CTTensor *_Nullable variance, bool training, double momentum, double epsilon,
    CTError error);
CTStatus ct_group_norm(
    CTResult result, const CTTensor *x, intptr_t groups, const CTTensor *_Nullable weight,
    const CTTensor *_Nullable bias, double epsilon, CTError error);
CTStatus ct_nearest(
    CTResult result, const CTTensor *x, CTPair size, double scale, CTError error);
/// A positive scale sets the step of the source coordinates to `1 / scale`; 0 takes it from the
/// sizes.
CTStatus ct_bilinear(
    CTResult result, const CTTensor *x, CTPair size, bool align_corners, double scale,
    CTError error);
CTStatus ct_grid_sample(
    CTResult result, const CTTensor *x, const CTTensor *grid, bool border, bool align_corners,
    CTError error);
/// The mean over the labels that count; with a group, such that the mean of all processes' results
/// is the mean over all processes' labels.
CTStatus ct_cross_entropy(
    CTResult result, const CTTensor *logits, const CTTensor *labels, intptr_t ignore_index,
    const CTProcessGroup *_Nullable group, CTError error);
CTStatus ct_multilabel_soft_margin(
    CTResult result, const CTTensor *logits, const CTTensor *labels, CTError error);

// Processes that train together -------------------------------------------------------------------

// Every process of a group makes the same calls in the same order, and waits in each for the others.

/// Whether this build can make groups of processes.
bool ct_has_process_groups(void);
/// Opens the table at an address; with `serves`, this process keeps it, at a free port for port 0.
CTStatus ct_open_store(
    CTStore *_Nullable *_Nonnull result, const char *host, int32_t port, bool serves,
    double seconds, CTError error);
int32_t ct_store_port(const CTStore *store);
/// Waits until all processes have called it; `missing` is the first that did not in time, or -1.
CTStatus ct_meet(
    const CTStore *store, int32_t rank, int32_t count, double seconds, int32_t *missing,
    CTError error);
void ct_close_store(CTStore *_Nullable store);
/// Connects the processes through a network interface, or that of a host's name, or the default
/// one. The group keeps the table open.
CTStatus ct_make_process_group(
    CTProcessGroup *_Nullable *_Nonnull result, const CTStore *store, int32_t rank, int32_t count,
    const char *_Nullable interface, const char *_Nullable host, double seconds, CTError error);
/// The text of the first exchange that failed, null if none did.
const char *_Nullable ct_process_group_failure(const CTProcessGroup *group);
void ct_free_process_group(CTProcessGroup *_Nullable group);
/// Replaces numbers by their sums over all processes.
CTStatus ct_sum_numbers(
    const CTProcessGroup *group, double *numbers, intptr_t count, CTError error);
/// The sum over all processes; the group must live until the backward pass.
CTStatus ct_sum_over_processes(
    CTResult result, const CTTensor *x, const CTProcessGroup *group, CTError error);
/// Replaces the gradients of parameters by their means over all processes.
CTStatus ct_average_gradients(
    const CTProcessGroup *group, const CTTensor *_Nonnull const *_Nonnull parameters,
    intptr_t count, CTError error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
