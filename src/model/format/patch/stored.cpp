#include "model/format/patch/stored.h"

#include "base/archive/zip.h"
#include "model/format/patch/in_place.h"

namespace dlas::patch {
namespace {

constexpr std::string_view kOnlyTensors =
    "a change of a tensor, the only one that can be made in a file of this format";

// The first change that is none of a tensor.
Status only_tensors(const Changes& c, const Graph& before, const Graph& after) {
  const auto about = [&](const Node& node, std::string_view found) { return refused(node, kOnlyTensors, found); };
  for (const NodeChange& n : c.nodes)
    return about(before.node(n.before), n.slots.empty() ? "another attribute" : "other inputs");
  for (const NodeId n : c.added) return about(after.node(n), "a new node");
  for (const NodeId n : c.deleted) return about(before.node(n), "its removal");
  for (const auto& [was, now] : c.quantization) return refused(before.value(was), kOnlyTensors, "other units");
  if (c.outputs || c.inputs) return make_error(Code::unsupported, kOnlyTensors, "other inputs or outputs of the model");
  for (const std::string& key : c.metadata)
    return make_error(Code::unsupported, kOnlyTensors, "another text '" + key + "'");
  return {};
}

}  // namespace

Result<std::string> patch_stored(const File& file, const Graph& before, const Graph& after) {
  const Changes c = changes(before, after);
  DLAS_TRY(only_tensors(c, before, after));
  const std::string original(file.chars());
  std::string out = original;
  for (const auto& [was, now] : c.tensors) DLAS_TRY(overwrite(out, before.value(was), after.value(now)));
  if (is_zip(file.bytes()) && !c.tensors.empty()) DLAS_TRY(refresh_zip(out, original));
  return out;
}

}  // namespace dlas::patch
