#include "compiler/parallel.h"

#include <fmt/format.h>

#include <cstring>
#include <map>

#include "compiler/attributes.h"
#include "compiler/wiring.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

using Group = std::vector<const Node*>;

// What makes nodes alike besides the rule of the caller: input, attributes, which slots there are.
std::string full_key(const Graph& graph, const Node& node, const Parallel& parallel) {
  Hasher h;
  for (const NamedAttribute& a : node.attributes.list()) {
    h.add(a.name);
    add_to(h, a.value);
  }
  for (std::size_t s = 1; s < node.inputs.size(); ++s) h.add(has_input(node, s) ? 1 : 0);
  h.add(static_cast<std::uint64_t>(node.inputs[0]));
  h.add(parallel.key(graph, node));
  return text(h.finish());
}

void combine_group(Rebuild& out, const Group& group, const Parallel& parallel) {
  const Graph& graph = out.before();
  const Node& first = *group[0];
  std::vector<ValueId> inputs{out.mapped(first.inputs[0])};
  for (std::size_t slot = 1; slot < first.inputs.size(); ++slot) {
    if (!has_input(first, slot)) {
      inputs.push_back(kNone);
      continue;
    }
    std::vector<const Tensor*> parts;
    for (const Node* n : group) parts.push_back(constant_input(graph, *n, slot));
    inputs.push_back(
        out.constant(fmt::format("{}/joined_{}", first.name, slot), joined(parts, parallel.axis(graph, first, slot))));
  }
  const ValueId all = out.emit(*parallel.op, first.attributes, std::move(inputs), first.name + "/joined");
  const std::size_t axis = parallel.out_axis(graph, first);
  std::vector<std::int64_t> sizes;
  Node split;
  split.name = first.name + "/split";
  split.op = &op::split;
  split.op_name = op::split.name;
  split.attributes = attributes_of(op::split, {{"axis", static_cast<std::int64_t>(axis)}});
  for (const Node* n : group) {
    sizes.push_back(graph.value(n->outputs[0]).type.dim(axis).size());
    split.outputs.push_back(n->outputs[0]);
  }
  const ValueId list = out.constant(first.name + "/sizes", Tensor::of_i64(sizes));
  out.put(std::move(split), {all, list});
}

}  // namespace

Tensor joined(const std::vector<const Tensor*>& parts, std::size_t axis) {
  Shape shape = parts[0]->shape();
  shape[axis] = 0;
  for (const Tensor* t : parts) shape[axis] += t->dim(axis);
  Tensor out = Tensor::make(parts[0]->dtype(), shape);
  const std::int64_t outer = count(std::span(shape).first(axis));
  std::byte* to = out.mutable_bytes().data();
  for (std::int64_t o = 0; o < outer; ++o)
    for (const Tensor* t : parts) {
      const std::size_t bytes = t->bytes().size() / static_cast<std::size_t>(std::max<std::int64_t>(outer, 1));
      std::memcpy(to, t->bytes().data() + static_cast<std::size_t>(o) * bytes, bytes);
      to += bytes;
    }
  return out;
}

Result<Outcome> combine(Graph& graph, const Parallel& parallel) {
  Outcome outcome;
  const Graph before = graph;
  std::map<std::string, Group> groups;
  std::map<const Node*, std::string> keys;
  for (const Node& node : before.nodes()) {
    if (node.op != parallel.op) continue;
    if (const std::string reason = parallel.obstacle(before, node); !reason.empty()) {
      outcome.kept(node, reason);
      continue;
    }
    keys[&node] = full_key(before, node, parallel);
    groups[keys[&node]].push_back(&node);
  }
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    const auto key = keys.find(&node);
    const Group* group = key == keys.end() ? nullptr : &groups[key->second];
    if (!group || group->size() < 2) {
      out.copy(node);
      if (group) outcome.kept(node, "no other reads the same value in the same way");
    } else if (group->front() == &node) {
      combine_group(out, *group, parallel);
      outcome.changed(node, fmt::format("{} {} become one and a Split", group->size(), node.op_name));
    }
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no " + std::string(parallel.op->name);
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace dlas::compiler
