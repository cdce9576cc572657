#include "study/compare/align.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "study/compare/float_meaning.h"

namespace dlas::study {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What of a value does not depend on the order of its elements.
struct Print {
  ValueId id = kNone;
  std::string_view name;  // as the other file may call it
  Tensor real;
  std::array<double, 6> numbers{};  // mean, mean |x|, rms, fourth moment's root, least, largest
};

// Stored numbers that lost what was negative, as behind a ReLU.
bool cut(const Side& side, ValueId id) {
  const Type type = side.type(id);
  return type.quantized() && cuts_negatives(*type.quantization, type.dtype);
}

// The quantiser left a ReLU out before such numbers.
bool stands_for_relu(const Side& side, ValueId id) {
  const Graph& graph = side.executor->graph();
  const NodeId producer = graph.value(id).producer;
  return producer != kNone && graph.node(producer).op_name == "QuantizeLinear" && cut(side, id);
}

// The name of a value in the file before it was quantised, empty where that is not sure: ONNX Runtime's quantiser appends
// "_quantized" to what it stores. A ReLU that it left out has given its name to the value that QuantizeLinear then cuts, or has lost it to
// the operator that cuts by itself.
std::string_view original_name(const Side& side, const std::vector<std::vector<NodeId>>& users, ValueId id) {
  constexpr std::string_view kStored = "_quantized";
  const Graph& graph = side.executor->graph();
  const Value& value = graph.value(id);
  if (stands_for_relu(side, id)) return graph.value(graph.node(value.producer).inputs[0]).name;
  const std::vector<NodeId>& readers = users[static_cast<std::size_t>(id)];
  if (readers.size() == 1 && stands_for_relu(side, graph.node(readers[0]).outputs[0])) return {};
  std::string_view name = value.name;
  if (!name.ends_with(kStored)) return name;
  return cut(side, id) ? std::string_view() : name.substr(0, name.size() - kStored.size());
}

std::vector<ValueId> candidates(const Side& side) {
  const Graph& graph = side.executor->graph();
  std::vector<ValueId> ids;
  for (const Node& node : graph.nodes())
    for (const ValueId id : node.outputs) {
      if (id == kNone) continue;
      const Value& value = graph.value(id);
      const bool number = is_float(value.type.dtype) || side.type(id).quantized();
      const bool output = std::ranges::find(graph.outputs, id) != graph.outputs.end();
      if (!value.is_constant() && number && value.type.fixed() && value.type.count().value_or(0) > 1 &&
          (output || stands_for_relu(side, id) || !only_moves_data(graph, value)))
        ids.push_back(id);
    }
  return ids;
}

Print print_of(ValueId id, std::string_view name, Tensor real) {
  Print print{id, name, std::move(real)};
  double sum = 0, magnitude = 0, squares = 0, fourth = 0;
  double least = kInfinity, most = -least;
  for (const float f : print.real.as<float>()) {
    const auto x = static_cast<double>(f);
    sum += x;
    magnitude += std::abs(x);
    squares += x * x;
    fourth += x * x * x * x;
    least = std::min(least, x);
    most = std::max(most, x);
  }
  const double n = static_cast<double>(std::max<std::int64_t>(print.real.count(), 1));
  print.numbers = {sum / n, magnitude / n, std::sqrt(squares / n), std::pow(fourth / n, 0.25), least, most};
  return print;
}

Result<std::vector<Print>> prints(const Side& side, std::span<const Tensor> inputs) {
  const std::vector<ValueId> ids = candidates(side);
  DLAS_ASSIGN(Outputs outputs, side.executor->run(inputs, ids));
  const auto users = side.executor->graph().users();
  std::vector<Print> all;
  for (std::size_t i = 0; i < ids.size(); ++i)
    all.push_back(print_of(ids[i], original_name(side, users, ids[i]), seen(side, ids[i], outputs.kept[i])));
  return all;
}

double nearness(const Print& a, const Print& b) {
  const double scale = std::max({a.numbers[2], b.numbers[2], 1e-30});
  double distance = 0;
  for (std::size_t i = 0; i < a.numbers.size(); ++i)
    distance = std::max(distance, std::abs(a.numbers[i] - b.numbers[i]) / scale);
  if (!(distance < 1)) return 0;  // also NaN
  return std::min(6.0, -std::log10(std::max(distance, 1e-9))) / 2;
}

class Matching {
 public:
  Matching(const Graph& a, const Graph& b, const std::vector<Print>& of_a, const std::vector<Print>& of_b)
      : a_(a), b_(b), of_a_(of_a), of_b_(of_b), hashes_a_(value_hashes(a)), hashes_b_(value_hashes(b)) {}

  // Positions of the pairs in both lists.
  std::vector<std::pair<std::size_t, std::size_t>> best() const {
    const std::size_t n = of_a_.size(), m = of_b_.size();
    std::vector<float> points(n * m), total((n + 1) * (m + 1), 0);
    for (std::size_t i = n; i-- > 0;)
      for (std::size_t j = m; j-- > 0;) {
        points[i * m + j] = static_cast<float>(score(i, j));
        const float with = points[i * m + j] > 0 ? points[i * m + j] + total[(i + 1) * (m + 1) + j + 1] : 0;
        total[i * (m + 1) + j] = std::max({with, total[(i + 1) * (m + 1) + j], total[i * (m + 1) + j + 1]});
      }
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
      const float here = total[i * (m + 1) + j], p = points[i * m + j];
      if (p > 0 && here == p + total[(i + 1) * (m + 1) + j + 1]) {
        pairs.emplace_back(i++, j++);
      } else if (here == total[(i + 1) * (m + 1) + j]) {
        ++i;
      } else {
        ++j;
      }
    }
    return pairs;
  }

 private:
  double score(std::size_t i, std::size_t j) const {
    const Print &a = of_a_[i], &b = of_b_[j];
    if (a.real.count() != b.real.count() || possible_orders(a.real.shape(), b.real.shape()).empty()) return 0;
    const Value &va = a_.value(a.id), &vb = b_.value(b.id);
    double points = nearness(a, b);
    if (a_.node(va.producer).op_name == b_.node(vb.producer).op_name) points += 0.5;
    if (a.name == b.name && !a.name.empty()) points += 1;
    if (hashes_a_[static_cast<std::size_t>(a.id)] == hashes_b_[static_cast<std::size_t>(b.id)]) points += 1;
    return points > 0.5 ? points : 0;
  }

  const Graph &a_, &b_;
  const std::vector<Print>&of_a_, &of_b_;
  std::vector<Hash> hashes_a_, hashes_b_;
};

AxisOrder best_order(const Tensor& a, const Tensor& b) {
  AxisOrder best;
  double least = kInfinity;
  for (AxisOrder& order : possible_orders(a.shape(), b.shape())) {
    const double error = deviation(a, reordered(b, order)).relative;
    if (error >= least && least < kInfinity) continue;
    least = error;
    best = std::move(order);
  }
  return best;
}

// The least deviation over the ways to read b.
double best_deviation(const Tensor& a, const Tensor& b) {
  double least = kInfinity;
  for (const AxisOrder& order : possible_orders(a.shape(), b.shape()))
    least = std::min(least, deviation(a, reordered(b, order)).relative);
  return least;
}

using Positions = std::vector<std::pair<std::size_t, std::size_t>>;

// Branches that do not depend on each other may stand in either order, and a monotone matching then crosses them. A pair
// that fits badly takes the value of B that fits much better, wherever it stands; whoever had that gets the one left over.
// What is in no pair takes the first left over that fits within a tenth.
void uncross(const std::vector<Print>& of_a, const std::vector<Print>& of_b, Positions& pairs) {
  const auto partner = [&](std::size_t j) {
    return std::ranges::find(pairs, j, [](const auto& p) { return p.second; });
  };
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    const auto [i, j] = pairs[n];
    const double now = best_deviation(of_a[i].real, of_b[j].real);
    if (now < 0.1) continue;
    const double near = nearness(of_a[i], of_b[j]);
    for (std::size_t k = 0; k < of_b.size(); ++k) {
      if (k == j || of_b[k].real.count() != of_a[i].real.count() || nearness(of_a[i], of_b[k]) <= near) continue;
      const double then = best_deviation(of_a[i].real, of_b[k].real);
      if (then >= now / 4) continue;
      const auto other = partner(k);
      if (other != pairs.end() && best_deviation(of_a[other->first].real, of_b[k].real) <= then) continue;
      if (other != pairs.end()) other->second = j;
      pairs[n].second = k;
      break;
    }
  }
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    if (std::ranges::find(pairs, i, [](const auto& p) { return p.first; }) != pairs.end()) continue;
    for (std::size_t k = 0; k < of_b.size(); ++k) {
      if (of_b[k].real.count() != of_a[i].real.count() || nearness(of_a[i], of_b[k]) < 1 || partner(k) != pairs.end())
        continue;
      if (best_deviation(of_a[i].real, of_b[k].real) >= 0.1) continue;
      pairs.emplace_back(i, k);
      break;
    }
  }
  std::ranges::sort(pairs);
  std::erase_if(pairs, [&](const auto& p) {
    return possible_orders(of_a[p.first].real.shape(), of_b[p.second].real.shape()).empty();
  });
}

// Outputs belong together by position, whatever the matching says.
void add_outputs(const Graph& a, const Graph& b, const std::vector<Print>& of_a, const std::vector<Print>& of_b,
                 Alignment& alignment) {
  std::vector<Pair>& pairs = alignment.pairs;
  if (a.outputs.size() != b.outputs.size())
    alignment.unmatched.push_back(fmt::format("A has {} outputs, B has {}", a.outputs.size(), b.outputs.size()));
  for (std::size_t i = 0; i < std::min(a.outputs.size(), b.outputs.size()); ++i) {
    const auto in_a = std::ranges::find(of_a, a.outputs[i], &Print::id);
    const auto in_b = std::ranges::find(of_b, b.outputs[i], &Print::id);
    const bool found = in_a != of_a.end() && in_b != of_b.end();
    if (!found || possible_orders(in_a->real.shape(), in_b->real.shape()).empty()) {
      const Type &type_a = a.value(a.outputs[i]).type, &type_b = b.value(b.outputs[i]).type;
      alignment.unmatched.push_back(fmt::format("output {} is {} in A and {} in B", i, text(type_a), text(type_b)));
      continue;
    }
    std::erase_if(pairs, [&](const Pair& p) { return p.a == in_a->id || p.b == in_b->id; });
    pairs.push_back({in_a->id, in_b->id, best_order(in_a->real, in_b->real)});
  }
}

}  // namespace

Result<Alignment> align(const Side& a, const Side& b, std::span<const Tensor> inputs_a,
                        std::span<const Tensor> inputs_b) {
  DLAS_ASSIGN(std::vector<Print> of_a, prints(a, inputs_a));
  DLAS_ASSIGN(std::vector<Print> of_b, prints(b, inputs_b));
  const Graph &graph_a = a.executor->graph(), &graph_b = b.executor->graph();
  if (of_a.size() * of_b.size() > 50'000'000)
    return make_error(Code::limit, "graphs with at most 50,000,000 pairs of values",
                      std::to_string(of_a.size()) + " x " + std::to_string(of_b.size()));
  Alignment alignment;
  Positions positions = Matching(graph_a, graph_b, of_a, of_b).best();
  uncross(of_a, of_b, positions);
  for (const auto& [i, j] : positions)
    alignment.pairs.push_back({of_a[i].id, of_b[j].id, best_order(of_a[i].real, of_b[j].real)});
  add_outputs(graph_a, graph_b, of_a, of_b, alignment);
  return alignment;
}

Deviation deviation(const Tensor& a, const Tensor& b) {
  const auto x = a.as<float>(), y = b.as<float>();
  double difference = 0, size = 0, most = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto p = static_cast<double>(x[i]), q = static_cast<double>(y[i]);
    if (p == q || (p != p && q != q)) {  // equal, also infinities and NaN
      if (std::isfinite(p)) size += p * p;
      continue;
    }
    const double d = std::abs(p - q);
    if (!std::isfinite(d)) return {kInfinity, kInfinity, kInfinity};
    difference += d * d;
    size += p * p;
    most = std::max(most, d);
  }
  const double rms = x.empty() ? 0 : std::sqrt(size / static_cast<double>(x.size()));
  return {std::sqrt(size > 0 ? difference / size : difference), most, rms};
}

}  // namespace dlas::study
