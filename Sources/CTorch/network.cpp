// What networks are made of, on [batch, channels, height, width].
#include "support.h"

using ct::produce;

CTStatus ct_linear(
    CTResult result, const CTTensor *x, const CTTensor *weight, const CTTensor *bias,
    CTError error) {
  return produce(
      result, error, [&] { return at::linear(x->value, weight->value, ct::optional(bias)); });
}

CTStatus ct_conv2d(
    CTResult result, const CTTensor *x, const CTTensor *weight, const CTTensor *bias,
    CTPair stride, CTPair padding, CTPair dilation, intptr_t groups, CTError error) {
  return produce(result, error, [&] {
    return at::conv2d(
        x->value, weight->value, ct::optional(bias), at::IntArrayRef(ct::pair(stride)),
        at::IntArrayRef(ct::pair(padding)), at::IntArrayRef(ct::pair(dilation)), groups);
  });
}

CTStatus ct_fold(
    CTResult result, const CTTensor *columns, CTPair size, CTPair kernel, CTPair padding,
    CTPair dilation, CTError error) {
  return produce(result, error, [&] {
    return at::col2im(
        columns->value, at::IntArrayRef(ct::pair(size)), at::IntArrayRef(ct::pair(kernel)),
        at::IntArrayRef(ct::pair(dilation)), at::IntArrayRef(ct::pair(padding)), {1, 1});
  });
}

CTStatus ct_max_pool2d(
    CTResult result, const CTTensor *x, CTPair kernel, CTPair stride, CTPair padding,
    bool ceil_mode, CTError error) {
  return produce(result, error, [&] {
    return at::max_pool2d(
        x->value, ct::pair(kernel), ct::pair(stride), ct::pair(padding), {1, 1}, ceil_mode);
  });
}

CTStatus ct_average_pool2d(
    CTResult result, const CTTensor *x, CTPair kernel, CTPair stride, CTPair padding,
    bool ceil_mode, bool count_padding, CTError error) {
  return produce(result, error, [&] {
    return at::avg_pool2d(
        x->value, ct::pair(kernel), ct::pair(stride), ct::pair(padding), ceil_mode,
        count_padding);
  });
}

CTStatus ct_adaptive_average_pool2d(
    CTResult result, const CTTensor *x, CTPair size, CTError error) {
  return produce(
      result, error, [&] { return at::adaptive_avg_pool2d(x->value, ct::pair(size)); });
}

CTStatus ct_batch_norm(
    CTResult result, const CTTensor *x, const CTTensor *weight, const CTTensor *bias,
    const CTTensor *mean, const CTTensor *variance, bool training, double momentum,
    double epsilon, CTError error) {
  return produce(result, error, [&] {
    // libtorch 1.13 sums the statistics of a batch less exactly where channels lie beside each other.
    auto input = training && x->value.is_cpu() ? x->value.contiguous() : x->value;
    return at::batch_norm(
        input, ct::optional(weight), ct::optional(bias), ct::optional(mean),
        ct::optional(variance), training, momentum, epsilon, /*cudnn_enabled=*/true);
  });
}

CTStatus ct_group_norm(
    CTResult result, const CTTensor *x, intptr_t groups, const CTTensor *weight,
    const CTTensor *bias, double epsilon, CTError error) {
  return produce(result, error, [&] {
    // Autocast computes it in float32 on a GPU, and libtorch 1.13 has no mixed kernel for processors.
    auto input = weight == nullptr ? x->value : x->value.to(weight->value.scalar_type());
    return at::group_norm(
        input, groups, ct::optional(weight), ct::optional(bias), epsilon,
        /*cudnn_enabled=*/true);
  });
}

CTStatus ct_nearest(
    CTResult result, const CTTensor *x, CTPair size, double scale, CTError error) {
  return produce(result, error, [&] {
    return scale > 0 ? at::upsample_nearest2d(x->value, ct::pair(size), scale, scale)
                     : at::upsample_nearest2d(x->value, ct::pair(size), {}, {});
  });
}

CTStatus ct_bilinear(
    CTResult result, const CTTensor *x, CTPair size, bool align_corners, double scale,
    CTError error) {
  return produce(result, error, [&] {
    return scale > 0
               ? at::upsample_bilinear2d(x->value, ct::pair(size), align_corners, scale, scale)
               : at::upsample_bilinear2d(x->value, ct::pair(size), align_corners, {}, {});
  });
}

CTStatus ct_grid_sample(
    CTResult result, const CTTensor *x, const CTTensor *grid, bool border, bool align_corners,
    CTError error) {
  return produce(result, error, [&] {
    return at::grid_sampler_2d(
        x->value, grid->value, /*interpolation_mode=*/0, /*padding_mode=*/border ? 1 : 0,
        align_corners);
  });
}

CTStatus ct_cross_entropy(
    CTResult result, const CTTensor *logits, const CTTensor *labels, intptr_t ignore_index,
    const CTProcessGroup *group, CTError error) {
  return produce(result, error, [&] {
    // libtorch's own mean is NaN when every pixel is ignored.
    auto log_probabilities = at::log_softmax(logits->value, 1);
    auto total = at::nll_loss_nd(
        log_probabilities, labels->value, {}, at::Reduction::Sum, ignore_index);
    auto valid = at::ne(labels->value, ignore_index).sum();
    if (group == nullptr) return at::div(total, valid.clamp_min(1).to(total.scalar_type()));
    auto numbers = valid.to(at::kCPU, at::kDouble);
    ct::sum_over_processes(*group, numbers);
    return at::mul(total, ct::process_count(*group) / std::max(numbers.item<double>(), 1.0));
  });
}

CTStatus ct_multilabel_soft_margin(
    CTResult result, const CTTensor *logits, const CTTensor *labels, CTError error) {
  return produce(result, error, [&] {
    const auto &x = logits->value;
    const auto &y = labels->value;
    auto loss = at::mul(y, at::log_sigmoid(x)) + at::mul(at::rsub(y, 1), at::log_sigmoid(-x));
    return at::neg(at::mean(loss));
  });
}
