#include "study/localize/align/alike.h"

#include <algorithm>
#include <cmath>

#include "study/localize/align/weights.h"

namespace dlas::study::localize {
namespace {

constexpr double kSameSketch = 0.005;
constexpr double kSameNumbers = 0.8;

}  // namespace

double correlation(std::span<const float> a, std::span<const float> b) {
  double products = 0, squares_a = 0, squares_b = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const auto x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    products += x * y;
    squares_a += x * x;
    squares_b += y * y;
  }
  return squares_a > 0 && squares_b > 0 ? products / std::sqrt(squares_a * squares_b) : 0;
}

bool parameters_alike(const Graph& graph_a, const Node& a, const Sketch& of_a, const Graph& graph_b, const Node& b,
                      const Sketch& of_b) {
  if (of_a.count != of_b.count) return false;
  if (std::min(distance(of_a, of_b), scaled_distance(of_a, of_b)) < kSameSketch) return true;
  const auto x = weights_of(graph_a, a), y = weights_of(graph_b, b);
  return x && y && x->numbers.size() == y->numbers.size() && correlation(x->numbers, y->numbers) > kSameNumbers;
}

}  // namespace dlas::study::localize
