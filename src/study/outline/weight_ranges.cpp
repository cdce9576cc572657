// One pass over the numbers of every constant.
#include <cmath>

#include "study/compare/side.h"
#include "study/outline/outline.h"

namespace dlas::study {
namespace {

WeightRange range_of(const Value& value) {
  WeightRange range;
  range.name = value.name;
  range.count = value.constant.count();
  const Tensor real = real_values(value.constant, value.type);
  std::int64_t finite = 0;
  double sum = 0;
  for (const float x : real.as<float>()) {
    range.nans += std::isnan(x);
    range.infinities += std::isinf(x);
    range.zeros += x == 0;
    if (!std::isfinite(x)) continue;
    range.least = finite == 0 ? x : std::min<double>(range.least, x);
    range.largest = finite == 0 ? x : std::max<double>(range.largest, x);
    sum += x;
    ++finite;
  }
  range.mean = finite > 0 ? sum / static_cast<double>(finite) : 0;
  return range;
}

}  // namespace

std::vector<WeightRange> weight_ranges(const Graph& graph) {
  std::vector<WeightRange> out;
  for (const Value& value : graph.values())
    if (value.is_constant()) out.push_back(range_of(value));
  return out;
}

}  // namespace dlas::study
