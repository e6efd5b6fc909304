// Distances between the features of neighbouring pixels, which affinities are made of.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support.h"

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Sources are a rectangle of pixels; every offset (rows, columns) leads from all of them to another
// pixel each.
struct Neighborhood {
  at::IntArrayRef offsets;
  int64_t row, column, rows, columns;

  int64_t count() const { return static_cast<int64_t>(offsets.size()) / 2; }

  void check(const at::Tensor &x) const {
    TORCH_CHECK(x.dim() == 4, "Expected [batch, channels, height, width]");
    for (int64_t i = -1; i < count(); ++i) {
      int64_t top = row + (i < 0 ? 0 : offsets[2 * i]);
      int64_t left = column + (i < 0 ? 0 : offsets[2 * i + 1]);
      TORCH_CHECK(
          top >= 0 && left >= 0 && top + rows <= x.size(2) && left + columns <= x.size(3),
          "A neighbour lies outside of the map");
    }
  }
};

// Written with the operations of libtorch, for every device and type.
at::Tensor composed(const at::Tensor &x, const Neighborhood &n) {
  auto at_offset = [&](int64_t down, int64_t right) {
    return x.narrow(2, n.row + down, n.rows).narrow(3, n.column + right, n.columns);
  };
  auto sources = at_offset(0, 0);
  std::vector<at::Tensor> distances;
  for (int64_t i = 0; i < n.count(); ++i) {
    auto ends = at_offset(n.offsets[2 * i], n.offsets[2 * i + 1]);
    distances.push_back(at::mean(at::abs(ends - sources), 1));
  }
  return at::stack(distances, 1);
}

// The same without a tensor of all channels for every offset, which would be written and read
// several times: 200 million differences for eight maps of 448 × 40 × 40 and 34 offsets.
struct NeighborDistances : torch::autograd::Function<NeighborDistances> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &input, std::vector<int64_t> offsets, int64_t row,
      int64_t column, int64_t rows, int64_t columns) {
    auto x = input.contiguous();
    const int64_t channels = x.size(1), area = x.size(2) * x.size(3), width = x.size(3);
    const int64_t count = static_cast<int64_t>(offsets.size()) / 2;
    auto distances = at::zeros({x.size(0), count, rows, columns}, x.options());
    const float *features = x.data_ptr<float>();
    float *result = distances.data_ptr<float>();
    at::parallel_for(0, x.size(0) * count, 1, [&](int64_t begin, int64_t end) {
      // A few channels are added up by themselves first, so that small ones are not lost.
      constexpr int64_t group = 16;
      std::vector<float> part(rows * columns);
      for (int64_t pair = begin; pair < end; ++pair) {
        const int64_t offset = pair % count;
        const int64_t step = offsets[2 * offset] * width + offsets[2 * offset + 1];
        const float *image = features + pair / count * channels * area + row * width + column;
        float *sum = result + pair * rows * columns;
        for (int64_t first = 0; first < channels; first += group) {
          std::fill(part.begin(), part.end(), 0.f);
          for (int64_t c = first; c < std::min(first + group, channels); ++c) {
            for (int64_t y = 0; y < rows; ++y) {
              const float *source = image + c * area + y * width;
              const float *neighbor = source + step;
              float *target = part.data() + y * columns;
              for (int64_t i = 0; i < columns; ++i) {
                target[i] += std::fabs(neighbor[i] - source[i]);
              }
            }
          }
          for (int64_t i = 0; i < rows * columns; ++i) sum[i] += part[i];
        }
        for (int64_t i = 0; i < rows * columns; ++i) sum[i] /= static_cast<float>(channels);
      }
    });
    context->save_for_backward({x});
    context->saved_data["offsets"] = offsets;
    context->saved_data["row"] = row;
    context->saved_data["column"] = column;
    return distances;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto x = context->get_saved_variables()[0];
    auto offsets = context->saved_data["offsets"].toIntVector();
    const int64_t row = context->saved_data["row"].toInt();
    const int64_t column = context->saved_data["column"].toInt();
    auto incoming = (gradients[0] / x.size(1)).contiguous();
    auto outgoing = at::zeros_like(x);
    const int64_t channels = x.size(1), area = x.size(2) * x.size(3), width = x.size(3);
    const int64_t count = incoming.size(1), rows = incoming.size(2), columns = incoming.size(3);
    const float *features = x.data_ptr<float>();
    const float *weights = incoming.data_ptr<float>();
    float *result = outgoing.data_ptr<float>();
    at::parallel_for(0, x.size(0) * channels, 1, [&](int64_t begin, int64_t end) {
      std::vector<float> change(columns);
      for (int64_t plane = begin; plane < end; ++plane) {
        const float *map = features + plane * area + row * width + column;
        float *gradient = result + plane * area + row * width + column;
        for (int64_t offset = 0; offset < count; ++offset) {
          const int64_t step = offsets[2 * offset] * width + offsets[2 * offset + 1];
          const float *weight = weights + (plane / channels * count + offset) * rows * columns;
          for (int64_t y = 0; y < rows; ++y) {
            const float *source = map + y * width;
            const float *neighbor = source + step;
            for (int64_t i = 0; i < columns; ++i) {
              const float difference = neighbor[i] - source[i];
              const float sign = static_cast<float>(difference > 0) - (difference < 0);
              change[i] = weight[y * columns + i] * sign;
            }
            // Neighbours may be sources of the same row: one after the other.
            float *to = gradient + y * width + step;
            float *from = gradient + y * width;
            for (int64_t i = 0; i < columns; ++i) to[i] += change[i];
            for (int64_t i = 0; i < columns; ++i) from[i] -= change[i];
          }
        }
      }
    });
    return {outgoing, {}, {}, {}, {}, {}};
  }
};

}  // namespace

CTStatus ct_neighbor_distances(
    CTResult result, const CTTensor *x, CTShape offsets, CTPair origin, CTPair sources,
    CTError error) {
  return ct::produce(result, error, [&] {
    Neighborhood neighborhood{
        ct::sizes(offsets), origin.height, origin.width, sources.height, sources.width};
    neighborhood.check(x->value);
    if (!x->value.is_cpu() || x->value.scalar_type() != at::kFloat) {
      return composed(x->value, neighborhood);
    }
    return NeighborDistances::apply(
        x->value, neighborhood.offsets.vec(), origin.height, origin.width, sources.height,
        sources.width);
  });
}
