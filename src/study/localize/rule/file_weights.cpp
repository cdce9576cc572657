#include "study/localize/rule/file_weights.h"

#include <algorithm>
#include <cmath>

#include "compiler/wiring.h"
#include "model/op/list_nn.h"
#include "study/compare/float_meaning.h"
#include "study/compare/side.h"
#include "study/localize/align/alike.h"
#include "study/localize/align/weights.h"
#include "study/localize/rule/edits.h"
#include "study/localize/rule/weight_change.h"

namespace dlas::study::localize {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

Tensor real(const Graph& file, ValueId v) {
  Type type = file.value(v).type;
  type.quantization = quantizations(file)[at(v)];
  return real_values(file.value(v).constant, type);
}

bool is_linear(const Node& node) {
  return node.op == &op::conv || node.op == &op::fully_connected || node.op == &op::gemm || node.op == &op::mat_mul;
}

// The file's linear node behind a normal one, with its weights as numbers.
struct Stored {
  const Node* node = nullptr;
  ValueId value = kNone;
  Tensor numbers;   // as the file has them, float32
  Weights weights;  // in the order of Weights
};
std::optional<Stored> stored(const NormalForm& form, const Node& normal) {
  const auto index = static_cast<std::size_t>(&normal - form.graph.nodes().data());
  const Graph& file = form.file;
  for (const NodeId n : form.origins[index]) {
    const Node& node = file.node(n);
    if (!is_linear(node) || !compiler::constant_input(file, node, 1)) continue;
    Stored out;
    out.node = &node;
    out.value = node.inputs[1];
    out.numbers = real(file, out.value);
    Graph alone;
    Node same = node;
    same.inputs = {alone.add_input("x", file.value(node.inputs[0]).type), alone.add_constant("w", out.numbers)};
    same.outputs = {};
    const auto weights = weights_of(alone, same);
    if (!weights) continue;
    out.weights = *weights;
    return out;
  }
  return std::nullopt;
}

// What the file multiplies each output channel by; nothing when that does not explain the normal form's weights.
std::optional<std::vector<double>> factors(const Weights& normal, const Weights& file) {
  if (normal.numbers.size() != file.numbers.size() || normal.out != file.out || normal.out == 0) return std::nullopt;
  const std::size_t row = file.numbers.size() / at(file.out);
  std::vector<double> out;
  for (std::size_t o = 0; o < at(file.out); ++o) {
    double products = 0, squares = 0, size = 0, off = 0;
    for (std::size_t i = o * row; i < (o + 1) * row; ++i) {
      products += static_cast<double>(normal.numbers[i]) * static_cast<double>(file.numbers[i]);
      squares += static_cast<double>(file.numbers[i]) * static_cast<double>(file.numbers[i]);
    }
    out.push_back(squares > 0 ? products / squares : 1);
    for (std::size_t i = o * row; i < (o + 1) * row; ++i) {
      const double d = static_cast<double>(normal.numbers[i]) - out.back() * static_cast<double>(file.numbers[i]);
      off += d * d;
      size += static_cast<double>(normal.numbers[i]) * static_cast<double>(normal.numbers[i]);
    }
    if (out.back() == 0 || off > 1e-6 * size) return std::nullopt;
  }
  return out;
}

// The last constant of `count` numbers that the region's nodes in the file add: of Add, or a normalisation's shift.
ValueId added_last(const Case& c, const Node& normal, std::int64_t count) {
  const auto index = static_cast<std::size_t>(&normal - c.models.b.graph.nodes().data());
  const Graph& file = c.models.b.file;
  NodeId best = kNone;
  ValueId found = kNone;
  for (const NodeId n : c.models.b.origins[index]) {
    const Node& node = file.node(n);
    const bool norm = node.op_name == "BatchNormalization";
    if ((node.op_name != "Add" && !norm) || n < best) continue;
    for (std::size_t slot = norm ? 2 : 0; slot < (norm ? 3U : node.inputs.size()); ++slot) {
      const Tensor* constant = compiler::constant_input(file, node, slot);
      if (!constant || constant->count() != count) continue;
      best = n;
      found = node.inputs[slot];
    }
  }
  return found;
}

// Where the source's file has these numbers but for rounding, its own bits: a permutation is then one, and no copy.
void take_bits_of_source(const Case& c, std::vector<float>& numbers) {
  const auto source = c.node_a() ? stored(c.models.a, *c.node_a()) : std::nullopt;
  if (!source || source->weights.numbers.size() != numbers.size()) return;
  double off = 0, size = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double d = static_cast<double>(numbers[i]) - static_cast<double>(source->weights.numbers[i]);
    off += d * d;
    size += static_cast<double>(numbers[i]) * static_cast<double>(numbers[i]);
  }
  if (off <= 1e-10 * size) numbers = source->weights.numbers;
}

double correlation_of_rows(const std::vector<float>& a, const std::vector<float>& b, std::size_t first,
                           std::size_t row) {
  return correlation(std::span(a).subspan(first, row), std::span(b).subspan(first, row));
}

// Where each output channel of a quantised constant is a multiple of what it should be, its scale is wrong and not its integers.
std::vector<Edit> scale_edits(const Case& c, ValueId value, const Weights& now, const std::vector<float>& wanted) {
  const auto& q = c.models.b.file.value(value).type.quantization;
  if (!q || now.out == 0 || now.numbers.size() != wanted.size()) return {};
  const std::size_t row = wanted.size() / at(now.out);
  std::vector<double> ratios;
  for (std::size_t first = 0; first < wanted.size(); first += row) {
    if (correlation_of_rows(now.numbers, wanted, first, row) < 0.98) return {};
    double products = 0, squares = 0;
    for (std::size_t i = first; i < first + row; ++i) {
      products += static_cast<double>(now.numbers[i]) * static_cast<double>(wanted[i]);
      squares += static_cast<double>(now.numbers[i]) * static_cast<double>(now.numbers[i]);
    }
    ratios.push_back(products / squares);
  }
  const auto [least, most] = std::ranges::minmax(ratios);
  const bool alike = most - least < 0.02 * most;
  if ((alike && std::abs(most - 1) < 0.02) || (!alike && q->scales.size() != ratios.size())) return {};
  Quantization right = *q;
  for (std::size_t i = 0; i < right.scales.size(); ++i)
    right.scales[i] *= right.scales.size() == ratios.size() ? ratios[i] : ratios[0];
  return {SetQuantization{c.models.b.file.value(value).name, right, *q}};
}

}  // namespace

std::vector<Edit> weight_edits(const Case& c, const Node& normal, const std::vector<float>& wanted) {
  const auto file = stored(c.models.b, normal);
  const auto now = weights_of(c.models.b.graph, normal);
  if (!file || !now || wanted.size() != file->weights.numbers.size()) return {};
  if (std::vector<Edit> scales = scale_edits(c, file->value, *now, wanted); !scales.empty()) return scales;
  const auto factor = factors(*now, file->weights);
  if (!factor) return {};
  std::vector<float> numbers = wanted;
  const std::size_t row = numbers.size() / factor->size();
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (std::abs((*factor)[i / row] - 1) > 1e-6)
      numbers[i] = static_cast<float>(static_cast<double>(numbers[i]) / (*factor)[i / row]);
  take_bits_of_source(c, numbers);
  const auto after = in_order_of(c.models.b.file, *file->node, numbers, file->numbers);
  return after ? constant_edits(c, file->value, *after) : std::vector<Edit>();
}

std::vector<Edit> bias_edits(const Case& c, const Node& normal, const std::vector<float>& wanted) {
  const auto file = stored(c.models.b, normal);
  const auto now = weights_of(c.models.b.graph, normal);
  if (!file || !now) return {};
  std::vector<float> bias = now->bias;
  bias.resize(wanted.size(), 0.0F);
  ValueId value = added_last(c, normal, std::ssize(wanted));
  std::vector<double> factor(wanted.size(), 1);
  if (value == kNone) {
    const auto own = factors(*now, file->weights);
    value = compiler::constant_input(c.models.b.file, *file->node, 2) ? file->node->inputs[2] : kNone;
    if (value == kNone || !own || own->size() != wanted.size()) return {};
    factor = *own;
  }
  const Tensor before = real(c.models.b.file, value);
  if (static_cast<std::size_t>(before.count()) != wanted.size()) return {};
  Tensor after = before.clone();
  auto numbers = after.mutable_as<float>();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double delta = (static_cast<double>(wanted[i]) - static_cast<double>(bias[i])) / factor[i];
    if (delta != 0) numbers[i] = static_cast<float>(static_cast<double>(numbers[i]) + delta);
  }
  return constant_edits(c, value, after);
}

}  // namespace dlas::study::localize
