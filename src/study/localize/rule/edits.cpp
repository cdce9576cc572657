#include "study/localize/rule/edits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "compiler/wiring.h"
#include "study/compare/float_meaning.h"
#include "study/repair/splice.h"
#include "study/repair/tensor_change.h"

namespace dlas::study::localize {
namespace {

// Real numbers as stored integers: rounded to the nearest step, kept within the type.
Tensor stored(const Tensor& real, const Tensor& like, const Quantization& q) {
  Tensor out = Tensor::make(like.dtype(), Shape(like.shape()));
  std::int64_t inner = 1;
  for (std::size_t axis = like.rank(); q.per_axis() && axis-- > static_cast<std::size_t>(q.axis) + 1;)
    inner *= like.dim(axis);
  const double least = is_signed_int(like.dtype()) ? -std::ldexp(1, bits(like.dtype()) - 1) : 0;
  const double most = least + std::ldexp(1, bits(like.dtype())) - 1;
  for_int(like.dtype(), [&]<typename T>() {
    auto to = out.mutable_as<T>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      const std::size_t slice =
          q.per_axis() ? i / static_cast<std::size_t>(std::max<std::int64_t>(inner, 1)) % q.scales.size() : 0;
      const double steps = std::nearbyint(real.number(static_cast<std::int64_t>(i)) / q.scales[slice]);
      to[i] = static_cast<T>(std::clamp(steps + static_cast<double>(q.zero_points[slice]), least, most));
    }
  });
  return out;
}

}  // namespace

std::string value_text(const AttributeValue& value) {
  if (const auto* i = std::get_if<std::int64_t>(&value)) return std::to_string(*i);
  if (const auto* d = std::get_if<double>(&value)) return significant(*d);
  if (const auto* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  if (const auto* s = std::get_if<std::string>(&value)) return "'" + *s + "'";
  if (const auto* t = std::get_if<DType>(&value)) return std::string(text(*t));
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
    return fmt::format("[{}]", fmt::join(*list, ","));
  if (const auto* reals = std::get_if<std::vector<double>>(&value)) return fmt::format("[{}]", fmt::join(*reals, ","));
  if (const auto* words = std::get_if<std::vector<std::string>>(&value))
    return fmt::format("[{}]", fmt::join(*words, ","));
  return text(std::get<Tensor>(value));
}

const Node* file_node(const Case& c, const Node& normal) {
  const auto index = static_cast<std::size_t>(&normal - c.models.b.graph.nodes().data());
  const std::vector<NodeId>& origins = c.models.b.origins[index];
  for (const NodeId n : origins)
    if (c.models.b.file.node(n).op == normal.op) return &c.models.b.file.node(n);
  return origins.empty() ? nullptr : &c.models.b.file.node(origins[0]);
}

std::vector<Edit> attribute_edits(const Case& c, const Node& normal, const std::string& name,
                                  const AttributeValue& after) {
  const Node* node = file_node(c, normal);
  return node ? attribute_edits_of(c, *node, name, after) : std::vector<Edit>();
}

std::vector<Edit> attribute_edits_of(const Case& c, const Node& node, const std::string& name,
                                     const AttributeValue& after) {
  const auto id = static_cast<NodeId>(&node - c.models.b.file.nodes().data());
  const std::string there = node_name(c.models.b.file, id);
  std::vector<Edit> out;
  for (const NamedAttribute& own : node.attributes.list()) {
    if (own.name == name && !same(own.value, after)) out.push_back(SetAttribute{there, name, after, own.value});
    const auto* automatic = std::get_if<std::string>(&own.value);
    if (name == "pads" && own.name == "auto_pad" && automatic && *automatic != "NOTSET")
      out.push_back(SetAttribute{there, "auto_pad", std::string("NOTSET"), own.value});
  }
  return out;
}

ValueId file_constant(const Case& c, ValueId constant) {
  const Value& normal = c.models.b.graph.value(constant);
  const ValueId there = c.models.b.file.find(normal.name);
  const bool same = there != kNone && c.models.b.file.value(there).is_constant() &&
                    c.models.b.file.value(there).constant.count() == normal.constant.count();
  return same ? there : kNone;
}

std::vector<Edit> constant_edits(const Case& c, ValueId constant_of_file, const Tensor& after) {
  if (constant_of_file == kNone) return {};
  const Graph& file = c.models.b.file;
  const Tensor& before = file.value(constant_of_file).constant;
  if (before.count() != after.count()) return {};
  Tensor now = after.reshaped(Shape(before.shape()));
  if (const auto q = quantizations(file)[static_cast<std::size_t>(constant_of_file)]; q && !is_float(before.dtype())) {
    if (is_packed(before.dtype())) return {};
    now = stored(now, before, *q);
  } else if (before.dtype() != now.dtype()) {
    return {};
  }
  if (before.same_bits(now)) return {};
  return {set_tensor(file.value(constant_of_file).name, before, now)};
}

std::vector<std::int64_t> total_pads(const Graph& graph, const Cone& cone, std::vector<std::int64_t> pads) {
  const std::size_t places = pads.size() / 2, rank = places + 2;
  for (const NodeId n : cone.nodes) {
    const Node& node = graph.node(n);
    const Tensor* amounts = node.op_name == "Pad" ? compiler::constant_input(graph, node, 1) : nullptr;
    if (!amounts || compiler::has_input(node, 3) || amounts->count() != static_cast<std::int64_t>(2 * rank)) continue;
    const auto amount = [&](std::size_t i) { return amounts->integer(static_cast<std::int64_t>(i)); };
    const std::size_t first = amount(1) != 0 || amount(rank + 1) != 0 ? 1 : 2;  // channels are not padded
    for (std::size_t i = 0; i < places; ++i) {
      pads[i] += amount(first + i);
      pads[places + i] += amount(rank + first + i);
    }
  }
  return pads;
}

}  // namespace dlas::study::localize
