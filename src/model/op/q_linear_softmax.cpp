// QLinearSoftmax: Softmax of a quantised tensor into a quantised one.    ONNX Runtime's com.microsoft.QLinearSoftmax, 1
//
// The bytes are those of ONNX Runtime 1.32. A table holds, for each distance d = 0 to 255 of an element below the largest
// of its row, e = float32(exp(x_scale (shift - d))), where shift = max(0, log(largest float32 / n) - 5) / x_scale keeps
// the sum of n of them finite. Then in float32, y = saturate(round half to even(e floor(1 / y_scale) / sum) + y_zero).
// Earlier versions did not saturate int8: a probability of 1 with y_scale 1/256 and y_zero -128 came out as -128.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "model/op/linear_pool.h"
#include "model/op/list_nn.h"
#include "model/op/softmax_rows.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t axis = -1;
  bool flatten = false;  // all axes from `axis` on are one row
  void fields(auto& f) {
    f("axis", axis);
    f("flatten", flatten);
  }
  SoftmaxAttributes rows() const { return {axis, flatten, 1}; }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_linear_pool(site, in));
  const std::int64_t axis = site.attributes<Attributes>().axis;
  if (!normalized_axis(axis, in[kX].rank()))
    return site.wrong_attribute("axis", "an axis of " + text(in[kX]), std::to_string(axis));
  return Types{Type(in[kX].dtype, *in[kX].dims)};
}

using Table = std::array<float, 256>;  // by distance below the largest of the row

Table exponentials(float x_scale, std::int64_t row) {
  const double room = std::log(std::numeric_limits<float>::max() / static_cast<float>(row));
  const double shift = std::max(0.0, room - 5) / static_cast<double>(x_scale);
  Table table;
  for (std::size_t d = 0; d < table.size(); ++d)
    table[d] = static_cast<float>(
        std::exp((static_cast<double>(255 - static_cast<int>(d)) - 255 + shift) * static_cast<double>(x_scale)));
  return table;
}

Status run(const Call& call) {
  const std::vector<std::int32_t> x = centred(call, kX, kXZero);
  std::vector<double> y(x.size());
  const float levels = std::floor(1.0F / scale_of(call, kYScale));
  const double zero = zero_of(call, kYZero);
  std::int64_t size_of_table = -1;
  Table table;
  for_each_row(call.attributes<Attributes>().rows(), call.in[kX].shape(),
               [&](std::int64_t first, std::int64_t stride, std::int64_t size) {
                 if (size != size_of_table) table = exponentials(scale_of(call, kXScale), size);
                 size_of_table = size;
                 const auto place = [&](std::int64_t i) { return static_cast<std::size_t>(first + i * stride); };
                 std::int32_t most = std::numeric_limits<std::int32_t>::min();
                 for (std::int64_t i = 0; i < size; ++i) most = std::max(most, x[place(i)]);
                 const auto e = [&](std::int64_t i) { return table[static_cast<std::size_t>(most - x[place(i)])]; };
                 float sum = 0;
                 for (std::int64_t i = 0; i < size; ++i) sum += e(i);
                 for (std::int64_t i = 0; i < size; ++i) y[place(i)] = std::nearbyint(e(i) * levels / sum) + zero;
               });
  store(y, call.out[0]);
  return {};
}

// A comparison, a look-up, an addition and a division an element.
Cost cost(const Site&, const Types& in, const Types& out) {
  return {.operations = 4 * static_cast<std::uint64_t>(in[kX].count().value_or(0)),
          .bytes = in[kX].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op q_linear_softmax = {.name = "QLinearSoftmax",
                             .inputs = kLinearPoolInputs,
                             .outputs = "y",
                             .attributes = &schema_of<Attributes>(),
                             .infer = infer,
                             .run = run,
                             .cost = cost};

}  // namespace dlas::op
