#include "study/localize/rule/weight_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/text.h"
#include "study/localize/align/alike.h"

namespace dlas::study::localize {
namespace {

double norm(std::span<const float> numbers) {
  double squares = 0;
  for (const float x : numbers) squares += static_cast<double>(x) * static_cast<double>(x);
  return std::sqrt(squares);
}

double distance(std::span<const float> a, std::span<const float> b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    squares += d * d;
  }
  return std::sqrt(squares);
}

// Rows of one output channel.
struct Rows {
  const std::vector<float>& numbers;
  std::size_t length;
  std::span<const float> row(std::size_t o) const { return std::span(numbers).subspan(o * length, length); }
  std::size_t count() const { return length > 0 ? numbers.size() / length : 0; }
};

// The same rows in another order: each row of `now` equals one of the source.
bool rows_permuted(const Rows& now, const Rows& source) {
  std::vector<char> taken(source.count(), 0);
  for (std::size_t o = 0; o < now.count(); ++o) {
    bool found = false;
    for (std::size_t s = 0; s < source.count() && !found; ++s) {
      if (taken[s] || distance(now.row(o), source.row(s)) > 1e-3 * norm(source.row(s))) continue;
      taken[s] = 1;
      found = true;
    }
    if (!found) return false;
  }
  return true;
}

std::size_t scaled_rows(const Rows& now, const Rows& source) {
  std::size_t scaled = 0;
  for (std::size_t o = 0; o < now.count(); ++o) scaled += correlation(now.row(o), source.row(o)) > 0.999;
  return scaled;
}

bool same_numbers(std::vector<float> a, std::vector<float> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return distance(a, b) <= 1e-3 * norm(b);
}

}  // namespace

std::string weight_change(const Weights& now, const Weights& source) {
  const double size = norm(source.numbers), off = size > 0 ? distance(now.numbers, source.numbers) / size : 0;
  const double alike = correlation(now.numbers, source.numbers);
  if (off < 0.05) return fmt::format("off by {} of their size", significant(off));
  if (alike > 0.9999) return fmt::format("{} times the source's", significant(norm(now.numbers) / size));
  const auto length = static_cast<std::size_t>(source.in * source.places);
  const Rows of_now{now.numbers, length}, of_source{source.numbers, length};
  if (scaled_rows(of_now, of_source) == of_source.count())
    return "the source's with other factors for the output channels";
  if (of_source.count() <= 4096 && rows_permuted(of_now, of_source))
    return "the source's in another order of output channels";
  if (same_numbers(now.numbers, source.numbers)) return "the source's numbers in another order";
  return fmt::format("not the source's: off by {} of their size", significant(off));
}

std::string bias_change(const std::vector<float>& now, const std::vector<float>& source) {
  if (now.size() != source.size()) return "not the source's";
  const double size = norm(source), off = size > 0 ? distance(now, source) / size : norm(now);
  if (off < 0.05) return fmt::format("off by {} of its size", significant(off));
  if (correlation(now, source) > 0.9999) return fmt::format("{} times the source's", significant(norm(now) / size));
  if (same_numbers(now, source)) return "the source's in another order";
  return fmt::format("not the source's: off by {} of its size", significant(off));
}

std::optional<Tensor> in_order_of(const Graph& graph, const Node& node, const std::vector<float>& numbers,
                                  const Tensor& like) {
  if (like.dtype() != DType::f32 || static_cast<std::size_t>(like.count()) != numbers.size()) return std::nullopt;
  // Where each element goes follows from a weight that holds its own positions.
  Graph positions;
  Node same = node;
  Tensor counted = Tensor::make(DType::f32, Shape(like.shape()));
  auto places = counted.mutable_as<float>();
  if (places.size() > (std::size_t{1} << 24)) return std::nullopt;  // a float32 counts no further
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<float>(i);
  const ValueId x = positions.add_input("x", graph.value(node.inputs[0]).type);
  same.inputs = {x, positions.add_constant("w", counted)};
  same.outputs = {};
  const auto order = weights_of(positions, same);
  if (!order) return std::nullopt;
  Tensor out = Tensor::make(DType::f32, Shape(like.shape()));
  auto to = out.mutable_as<float>();
  for (std::size_t i = 0; i < numbers.size(); ++i) to[static_cast<std::size_t>(order->numbers[i])] = numbers[i];
  return out;
}

}  // namespace dlas::study::localize
