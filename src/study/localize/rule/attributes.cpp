// An attribute of the target's node that is not the source's: pads, strides, dilations, group, axis, mode, epsilon, limits, slopes.
// Compared as numbers with everything resolved (SAME padding, defaults, axes of another layout), never as spelled in the file.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/attributes.h"
#include "study/localize/rule/edits.h"
#include "study/localize/rule/list.h"
#include "study/localize/rule/window.h"

namespace dlas::study::localize {
namespace {

using Axes = std::vector<std::int64_t>;

// How the operator's numbers are stored, not what they are.
bool is_storage(std::string_view name) {
  static constexpr std::array kNames = {"activation", "filter", "layout", "auto_pad", "keep_num_dims", "body"};
  return std::ranges::find(kNames, name) != kNames.end();
}

bool is_window(std::string_view name) {
  static constexpr std::array kNames = {"kernel_shape", "strides", "dilations", "pads"};
  return std::ranges::find(kNames, name) != kNames.end();
}

// An axis of the source's value as the target counts it.
std::int64_t axis_there(std::int64_t axis, std::size_t rank, const AxisOrder& order) {
  const auto index = normalized_axis(axis, rank);
  return index && *index < order.size() ? static_cast<std::int64_t>(order[*index]) : axis;
}

AttributeValue in_target(const Case& c, const std::string& name, AttributeValue value) {
  const Type& x = c.models.a.graph.value(c.pair().a).type;
  if (name == "axis")
    if (auto* axis = std::get_if<std::int64_t>(&value)) *axis = axis_there(*axis, x.rank(), c.pair().order);
  if (name == "axes")
    if (auto* axes = std::get_if<Axes>(&value))
      for (std::int64_t& axis : *axes) axis = axis_there(axis, x.rank(), c.pair().order);
  return value;
}

// Axes count from either end.
bool same_meaning(const Case& c, const std::string& name, const AttributeValue& a, const AttributeValue& b) {
  if (same(a, b)) return true;
  const Type& x = c.models.b.graph.value(c.pair().b).type;
  const auto *one = std::get_if<std::int64_t>(&a), *two = std::get_if<std::int64_t>(&b);
  return name == "axis" && one && two && x.ranked() &&
         normalized_axis(*one, x.rank()) == normalized_axis(*two, x.rank());
}

struct Difference {
  std::string name;
  AttributeValue before, after;
};

void add_window(const Case& c, const Node& a, const Node& b, std::vector<Difference>& out) {
  const auto of_a = window_numbers(c.models.a.graph, a), of_b = window_numbers(c.models.b.graph, b);
  if (!of_a || !of_b) return;
  const auto add = [&](const char* name, const Axes& theirs, const Axes& ours) {
    if (theirs != ours) out.push_back({name, ours, theirs});
  };
  const Axes pads = total_pads(c.models.a.graph, c.cone_a, of_a->pads);
  const Axes already = total_pads(c.models.b.graph, c.cone_b, of_b->pads);
  Axes wanted = of_b->pads;
  for (std::size_t i = 0; i < wanted.size() && pads.size() == wanted.size(); ++i) wanted[i] += pads[i] - already[i];
  add("pads", wanted, of_b->pads);
  add("strides", of_a->strides, of_b->strides);
  add("dilations", of_a->dilations, of_b->dilations);
  add("kernel_shape", of_a->kernel, of_b->kernel);
}

std::vector<Difference> differences(const Case& c, const Node& a, const Node& b) {
  std::vector<Difference> out;
  add_window(c, a, b, out);
  const AttributeList ours = b.attributes.list();
  for (const NamedAttribute& theirs : a.attributes.list()) {
    if (is_storage(theirs.name) || is_window(theirs.name)) continue;
    const auto own = std::ranges::find(ours, theirs.name, &NamedAttribute::name);
    AttributeValue wanted = in_target(c, theirs.name, theirs.value);
    if (own != ours.end() && !same_meaning(c, theirs.name, wanted, own->value))
      out.push_back({theirs.name, own->value, std::move(wanted)});
  }
  return out;
}

Proposal set_all(const Case& c, const Node& b, const std::vector<Difference>& list) {
  Proposal out;
  out.category = Category::hyperparameters;
  out.rule = "attribute";
  AttributeList changed;
  for (const Difference& d : list) {
    out.diagnosis += fmt::format("{}{} is {} where the source has {}", out.diagnosis.empty() ? "" : "; ", d.name,
                                 value_text(d.before), value_text(d.after));
    changed.push_back({d.name, d.after});
    if (d.name == "pads" && !compiler::word(b, "auto_pad").empty())
      changed.push_back({"auto_pad", std::string("NOTSET")});
    for (Edit& edit : attribute_edits(c, b, d.name, d.after)) out.edits.push_back(std::move(edit));
  }
  out.change = [op = b.op, changed, name = c.models.b.graph.value(c.pair().b).name](Cone& cone) -> Status {
    Node& node = cone.graph.node(cone.graph.value(cone.graph.outputs[0]).producer);
    if (node.op != op) return make_error(Code::graph, "the node itself", node.op_name);
    AttributeList set = node.attributes.list();
    for (const NamedAttribute& one : changed) {
      const auto own = std::ranges::find(set, one.name, &NamedAttribute::name);
      if (own == set.end()) set.push_back(one);
      else own->value = one.value;
    }
    DLAS_ASSIGN(node.attributes, op->attributes->make(set));
    return {};
  };
  return out;
}

}  // namespace

std::vector<Proposal> attributes(const Case& c) {
  const Node *a = c.node_a(), *b = c.node_b();
  if (!a || !b || a->op != b->op || !b->op) return {};
  const std::vector<Difference> list = differences(c, *a, *b);
  std::vector<Proposal> out;
  for (const Difference& one : list) out.push_back(set_all(c, *b, {one}));
  if (list.size() > 1) out.push_back(set_all(c, *b, list));
  return out;
}

}  // namespace dlas::study::localize
