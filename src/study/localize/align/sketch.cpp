#include "study/localize/align/sketch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "study/localize/align/weights.h"

namespace dlas::study::localize {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class Sums {
 public:
  void add(double x) {
    ++count_;
    sum_ += x;
    magnitude_ += std::abs(x);
    const double square = x * x;
    squares_ += square;
    cubes_ += square * x;
    fourths_ += square * square;
    least_ = std::min(least_, x);
    most_ = std::max(most_, x);
  }
  double rms() const { return count_ > 0 ? std::sqrt(squares_ / count_) : 0; }
  Moments moments() const {
    const double n = std::max(count_, 1.0), unit = std::max(rms(), 1e-30);
    return {
        sum_ / n / unit, magnitude_ / n / unit, cubes_ / n / (unit * unit * unit), std::pow(fourths_ / n, 0.25) / unit,
        least_ / unit,   most_ / unit};
  }

 private:
  double count_ = 0, sum_ = 0, magnitude_ = 0, squares_ = 0, cubes_ = 0, fourths_ = 0;
  double least_ = kInfinity, most_ = -kInfinity;
};

Sketch of_numbers(std::span<const float> numbers) {
  Sums sums;
  for (const float x : numbers) sums.add(static_cast<double>(x));
  Sketch out;
  out.count = std::ssize(numbers);
  out.rms = sums.rms();
  out.plain = sums.moments();
  return out;
}

Moments channel_moments(const Weights& weights) {
  Sums sums;
  const auto row = static_cast<std::size_t>(weights.in * weights.places);
  for (std::size_t o = 0; o < static_cast<std::size_t>(weights.out); ++o) {
    const auto channel = std::span(weights.numbers).subspan(o * row, row);
    double squares = 0;
    for (const float x : channel) squares += static_cast<double>(x) * static_cast<double>(x);
    const double unit = std::max(std::sqrt(squares / static_cast<double>(std::max<std::size_t>(row, 1))), 1e-30);
    for (const float x : channel) sums.add(static_cast<double>(x) / unit);
  }
  return sums.moments();
}

double apart(const Moments& a, const Moments& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::abs(a[i] - b[i]) / (1 + std::min(std::abs(a[i]), std::abs(b[i]))));
  return most == most ? most : kInfinity;
}

// The largest float constant of a node that has no linear form.
const Tensor* largest_constant(const Graph& graph, const Node& node) {
  const Tensor* found = nullptr;
  for (const ValueId v : node.inputs) {
    if (v == kNone || !graph.value(v).is_constant()) continue;
    const Tensor& tensor = graph.value(v).constant;
    if (tensor.dtype() == DType::f32 && tensor.count() > 1 && (!found || tensor.count() > found->count()))
      found = &tensor;
  }
  return found;
}

}  // namespace

std::optional<Sketch> sketch_of(const Graph& graph, const Node& node) {
  if (const auto weights = weights_of(graph, node)) {
    Sketch out = of_numbers(weights->numbers);
    if (weights->in * weights->places > 1) out.by_channel = channel_moments(*weights);
    out.bias_rms = of_numbers(weights->bias).rms;
    return out;
  }
  const Tensor* largest = largest_constant(graph, node);
  if (!largest) return std::nullopt;
  return of_numbers(largest->as<float>());
}

double distance(const Sketch& a, const Sketch& b) {
  if (a.count != b.count) return kInfinity;
  const double size = std::max({a.rms, b.rms, 1e-30});
  return std::max(apart(a.plain, b.plain), std::abs(a.rms - b.rms) / size);
}

double scaled_distance(const Sketch& a, const Sketch& b) {
  if (a.count != b.count) return kInfinity;
  const double plain = apart(a.plain, b.plain);
  return a.by_channel && b.by_channel ? std::min(plain, apart(*a.by_channel, *b.by_channel)) : plain;
}

}  // namespace dlas::study::localize
