// The epsilon of a batch normalisation, solved from the weights: a channel's factor is scale / sqrt(var + epsilon), so that with the ratio r
// of the target's weights to the source's each channel alone gives the one epsilon from the other:
//   r^2 = (var + epsilon of the source) / (var + epsilon of the target)
// One of both files has the normalisation, and with it the variances; the other may have folded it. Channels have to agree.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "compiler/attributes.h"
#include "compiler/wiring.h"
#include "study/localize/align/weights.h"
#include "study/localize/rule/edits.h"
#include "study/localize/rule/list.h"

namespace dlas::study::localize {
namespace {

struct Norm {
  const Node* node = nullptr;
  std::vector<double> variances;
  double epsilon = 0;
};

std::optional<Norm> norm_of(const NormalForm& form, const Node& normal, std::int64_t channels) {
  const auto index = static_cast<std::size_t>(&normal - form.graph.nodes().data());
  for (const NodeId n : form.origins[index]) {
    const Node& node = form.file.node(n);
    const Tensor* variance =
        node.op_name == "BatchNormalization" ? compiler::constant_input(form.file, node, 4) : nullptr;
    if (!variance || variance->count() != channels || !is_float(variance->dtype())) continue;
    Norm out{&node, {}, compiler::real(node, "epsilon").value_or(1e-5)};
    for (std::int64_t i = 0; i < channels; ++i) out.variances.push_back(variance->number(i));
    return out;
  }
  return std::nullopt;
}

// The square of the target's weights over the source's, channel by channel; nothing when a channel is no multiple.
std::optional<std::vector<double>> squared_ratios(const Weights& a, const Weights& b) {
  if (a.numbers.size() != b.numbers.size() || a.out != b.out || a.out == 0) return std::nullopt;
  const std::size_t row = a.numbers.size() / static_cast<std::size_t>(a.out);
  std::vector<double> out;
  for (std::size_t o = 0; o * row < a.numbers.size(); ++o) {
    double products = 0, of_a = 0, of_b = 0;
    for (std::size_t i = o * row; i < (o + 1) * row; ++i) {
      const auto x = static_cast<double>(a.numbers[i]), y = static_cast<double>(b.numbers[i]);
      products += x * y, of_a += x * x, of_b += y * y;
    }
    if (!(of_a > 0) || !(products > 0) || products * products < 0.999 * of_a * of_b) return std::nullopt;
    out.push_back(of_b / of_a);
  }
  return out;
}

// The one number that all channels give, weighted by how much they tell; nothing when they do not agree.
std::optional<double> agreed(const std::vector<double>& variances, double known, const std::vector<double>& ratios) {
  // ratio = (var + known) / (var + wanted)
  std::vector<std::pair<double, double>> found;
  for (std::size_t i = 0; i < ratios.size(); ++i)
    found.emplace_back(variances[i], (variances[i] + known) / ratios[i] - variances[i]);
  const double epsilon = std::ranges::min(found).second;  // the least variance tells most
  if (!(epsilon > 0) || !std::isfinite(epsilon)) return std::nullopt;
  for (std::size_t i = 0; i < ratios.size(); ++i)
    if (std::abs((variances[i] + known) / (variances[i] + epsilon) / ratios[i] - 1) > 1e-3) return std::nullopt;
  return std::abs(epsilon / known - 1) > 1e-2 ? std::optional(epsilon) : std::nullopt;
}

double short_number(double x) {  // three digits: what people write
  const double unit = std::pow(10.0, std::floor(std::log10(x)) - 2);
  return std::round(x / unit) * unit;
}

}  // namespace

std::vector<Proposal> epsilon(const Case& c) {
  const Node *a = c.node_a(), *b = c.node_b();
  const auto of_a = a ? weights_of(c.models.a.graph, *a) : std::nullopt;
  const auto of_b = b ? weights_of(c.models.b.graph, *b) : std::nullopt;
  if (!of_a || !of_b) return {};
  const auto ratios = squared_ratios(*of_a, *of_b);  // (var + epsilon of a) / (var + epsilon of b)
  if (!ratios) return {};
  const auto norm_a = norm_of(c.models.a, *a, of_a->out), norm_b = norm_of(c.models.b, *b, of_b->out);
  std::optional<double> theirs, ours;
  if (norm_a) {
    theirs = norm_a->epsilon;
    ours = agreed(norm_a->variances, norm_a->epsilon, *ratios);
  } else if (norm_b) {
    ours = norm_b->epsilon;
    std::vector<double> inverse;
    for (const double r : *ratios) inverse.push_back(1 / r);
    theirs = agreed(norm_b->variances, norm_b->epsilon, inverse);
  }
  if (!ours || !theirs) return {};
  std::vector<Proposal> out;
  for (Proposal& p : constants(c)) {  // the weights and the bias that follow from the right epsilon are the source's
    p.category = Category::hyperparameters;
    p.rule = "epsilon";
    p.diagnosis = fmt::format("its batch normalisation has epsilon {} where the source has {}",
                              significant(short_number(*ours)), significant(short_number(*theirs)));
    if (norm_b) p.edits = attribute_edits_of(c, *norm_b->node, "epsilon", short_number(*theirs));
    out.push_back(std::move(p));
  }
  std::ranges::reverse(out);  // weights and bias together come first
  return out;
}

}  // namespace dlas::study::localize
