#include "model/graph/operator.h"

#include <fmt/format.h>

#include "base/checked.h"

namespace dlas {

std::vector<Slot> slots(std::string_view signature) {
  std::vector<Slot> out;
  while (!signature.empty()) {
    const std::size_t end = std::min(signature.find(' '), signature.size());
    std::string_view word = signature.substr(0, end);
    signature.remove_prefix(std::min(end + 1, signature.size()));
    Slot slot;
    if (word.ends_with("...")) {
      slot.variadic = true;
      word.remove_suffix(3);
    } else if (word.ends_with("?")) {
      slot.optional = true;
      word.remove_suffix(1);
    }
    slot.name = word;
    out.push_back(slot);
  }
  return out;
}

std::string slot_text(const Op& op, std::size_t input) {
  const auto all = slots(op.inputs);
  if (all.empty()) return fmt::format("input {}", input);
  return fmt::format("input {} '{}'", input, all[std::min(input, all.size() - 1)].name);
}

Error Site::wrong_input(std::size_t slot, std::string_view expected, std::string_view found) const {
  return make_error(Code::type, expected, found).at_node(node, op.name).at_slot(slot_text(op, slot));
}
Error Site::wrong_input(std::size_t slot, std::string_view expected, const Type& found) const {
  return wrong_input(slot, expected, text(found));
}
Error Site::wrong_attribute(std::string_view name, std::string_view expected, std::string_view found) const {
  return make_error(Code::type, expected, found)
      .at_node(node, op.name)
      .at_slot("attribute '" + std::string(name) + "'");
}
Error Site::unsupported(std::string_view what) const {
  return make_error(Code::unsupported, "something dlas computes", what).at_node(node, op.name);
}

Cost cost_of(const Site& site, const Types& in, const Types& out) {
  if (site.op.cost) return site.op.cost(site, in, out);
  Cost cost;
  for (const Type& t : in) cost.bytes = checked_add(cost.bytes, t.bytes().value_or(0)).value_or(~0ULL);
  for (const Type& t : out) {
    cost.bytes = checked_add(cost.bytes, t.bytes().value_or(0)).value_or(~0ULL);
    cost.operations += static_cast<std::uint64_t>(t.count().value_or(0));
  }
  return cost;
}

}  // namespace dlas
