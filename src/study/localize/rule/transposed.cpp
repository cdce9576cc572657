// Axes in the wrong order: a Transpose with another permutation, one too many, a picture flattened with its channels elsewhere.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "compiler/attributes.h"
#include "model/graph/infer.h"
#include "study/localize/align/weights.h"
#include "study/localize/rule/edits.h"
#include "study/localize/rule/list.h"
#include "study/localize/rule/weight_change.h"

namespace dlas::study::localize {
namespace {

using Axes = std::vector<std::int64_t>;

constexpr std::size_t kMostAxes = 4;  // 24 orders

Node* named(Cone& cone, const std::string& name) {
  for (std::size_t n = 0; n < cone.graph.nodes().size(); ++n)
    if (cone.graph.nodes()[n].name == name) return &cone.graph.node(static_cast<NodeId>(n));
  return nullptr;
}

Proposal with_order(const Case& c, const Node& node, const Axes& now, const Axes& order) {
  Proposal out;
  out.category = Category::tensor_structure;
  out.rule = "transpose";
  out.diagnosis =
      fmt::format("a Transpose has the order [{}], right is [{}]", fmt::join(now, ","), fmt::join(order, ","));
  out.change = [name = node.name, order](Cone& cone) -> Status {
    Node* there = named(cone, name);
    if (!there) return make_error(Code::graph, "the Transpose", "none");
    DLAS_ASSIGN(there->attributes, there->op->attributes->make({{"perm", order}}));
    for (std::size_t v = 0; v < cone.graph.values().size(); ++v)
      if (Value& value = cone.graph.value(static_cast<ValueId>(v)); value.producer != kNone) value.type = Type();
    return infer_types(cone.graph);
  };
  out.edits = attribute_edits(c, node, "perm", order);
  return out;
}

void add_orders(const Case& c, const Node& node, std::vector<Proposal>& out) {
  const Axes now = compiler::integers(node, "perm");
  if (now.size() < 2 || now.size() > kMostAxes) return;
  Axes order(now.size());
  std::iota(order.begin(), order.end(), 0);
  do {
    if (order != now) out.push_back(with_order(c, node, now, order));
  } while (std::ranges::next_permutation(order).found);
}

// The columns of a dense layer that reads a flattened picture, for the other layout of the picture.
std::vector<float> columns_for(const Weights& w, const Axes& sizes, bool channels_to_back) {
  const std::int64_t channels = sizes[0], places = w.in / channels;
  std::vector<float> out(w.numbers.size());
  for (std::int64_t o = 0; o < w.out; ++o)
    for (std::int64_t k = 0; k < channels; ++k)
      for (std::int64_t p = 0; p < places; ++p) {
        const std::int64_t first = o * w.in + k * places + p, last = o * w.in + p * channels + k;
        out[static_cast<std::size_t>(channels_to_back ? last : first)] =
            w.numbers[static_cast<std::size_t>(channels_to_back ? first : last)];
      }
  return out;
}

void add_columns(const Case& c, std::vector<Proposal>& out) {
  const Node* b = c.node_b();
  const auto w = b ? weights_of(c.models.b.graph, *b) : std::nullopt;
  if (!w || w->places != 1 || c.cone_b.reads.empty()) return;
  const Type& read = c.models.b.graph.value(c.cone_b.reads[0]).type;
  if (!read.fixed() || read.rank() < 3 || read.count() != w->in) return;
  const Shape sizes = read.shape();
  for (const std::int64_t channels : {sizes[1], sizes.back()})
    for (const bool to_back : {true, false}) {
      if (channels <= 1 || channels == w->in) continue;
      const auto after = in_order_of(c.models.b.graph, *b, columns_for(*w, {channels}, to_back),
                                     c.models.b.graph.value(w->value).constant);
      if (!after) continue;
      Proposal one;
      one.category = Category::tensor_structure;
      one.rule = "flatten order";
      one.diagnosis =
          fmt::format("the columns of this {} follow the other layout of the {} channels that are flattened before it",
                      b->op_name, channels);
      one.change = [after = *after](Cone& cone) -> Status {
        Node& node = cone.graph.node(cone.graph.value(cone.graph.outputs[0]).producer);
        node.inputs[1] = cone.graph.add_constant("reordered", after);
        return {};
      };
      one.edits = constant_edits(c, file_constant(c, w->value), *after);
      out.push_back(std::move(one));
    }
}

}  // namespace

std::vector<Proposal> transposed(const Case& c) {
  std::vector<Proposal> out;
  for (const NodeId n : c.cone_b.nodes)
    if (const Node& node = c.models.b.graph.node(n); node.op_name == "Transpose") add_orders(c, node, out);
  add_columns(c, out);
  return out;
}

}  // namespace dlas::study::localize
