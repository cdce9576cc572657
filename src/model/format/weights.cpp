#include "model/format/weights.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "base/limits.h"
#include "base/text.h"

namespace dlas {
namespace {

using ByName = std::map<std::string, const Value*, std::less<>>;

ByName tensors_of(const Graph& graph, std::size_t skip) {
  ByName out;
  for (const Value& v : graph.values())
    if (v.is_constant() && v.origin.offset && v.name.size() > skip) out.emplace(v.name.substr(skip), &v);
  return out;
}

// The length of what all names begin with, up to and with a dot; 0 when there is none.
std::size_t common_beginning(const ByName& tensors) {
  if (tensors.empty()) return 0;
  const std::string& first = tensors.begin()->first;
  const std::size_t dot = first.find('.');
  if (dot == std::string::npos) return 0;
  for (const auto& [name, value] : tensors)
    if (!name.starts_with(std::string_view(first).substr(0, dot + 1))) return 0;
  return dot + 1;
}

bool any_known(const Graph& graph, const ByName& tensors) {
  for (const Value& v : graph.values())
    if (v.is_constant() && v.origin.offset && tensors.contains(v.name)) return true;
  return false;
}

// Readers make constants of their own (a matrix of means), which name a file and nothing in it. One that stands nowhere was
// computed from weights, which will change.
Status check_untouched(const Graph& graph) {
  for (const Value& v : graph.values()) {
    const bool own = !v.origin.file.empty() && v.origin.name.empty();
    if (v.is_constant() && !v.origin.offset && !own && is_float(v.type.dtype) && v.constant.count() > 1)
      return make_error(Code::unsupported, "constants that stand in the file",
                        "one computed from them: '" + v.name + "'");
  }
  return {};
}

std::string list_of(const std::vector<std::string>& problems) {
  std::string out;
  for (std::size_t i = 0; i < problems.size() && i < limits().problems; ++i)
    out += (i == 0 ? "" : "; ") + for_terminal(problems[i]);
  if (problems.size() > limits().problems) out += fmt::format("; and {} more", problems.size() - limits().problems);
  return out;
}

}  // namespace

Status give_weights(Model& model, std::string_view path) {
  DLAS_ASSIGN(const Model weights, load(path));
  Graph& graph = model.graph;
  if (auto status = check_untouched(graph); !status.ok()) return status.error().in(model.path);
  std::size_t skip = 0;
  ByName tensors = tensors_of(weights.graph, 0);
  for (int i = 0; i < 3 && !any_known(graph, tensors); ++i) {
    const std::size_t more = common_beginning(tensors);
    if (more == 0) break;
    tensors = tensors_of(weights.graph, skip += more);
  }
  std::vector<std::string> problems;
  std::vector<std::pair<ValueId, const Value*>> found;
  for (ValueId id = 0; id < static_cast<ValueId>(graph.values().size()); ++id) {
    const Value& v = graph.value(id);
    if (!v.is_constant() || !v.origin.offset) continue;
    const auto tensor = tensors.find(v.name);
    if (tensor == tensors.end()) problems.push_back(fmt::format("no '{}'", v.name));
    else if (const Type type = Type::of(tensor->second->constant); type != Type::of(v.constant))
      problems.push_back(fmt::format("'{}' is {}, not {}", v.name, text(type), text(Type::of(v.constant))));
    else found.emplace_back(id, tensor->second);
  }
  if (!problems.empty())
    return make_error(Code::mismatch, fmt::format("the {} tensors of {}", found.size() + problems.size(), model.path),
                      list_of(problems))
        .in(path);
  for (const auto& [id, tensor] : found) {
    graph.value(id).constant = tensor->constant;
    graph.value(id).origin = tensor->origin;
  }
  if (tensors.size() > found.size())
    graph.notes.push_back(
        {Severity::info, "", fmt::format("{} tensors of {} are not used", tensors.size() - found.size(), path)});
  return {};
}

Result<Model> load_with_weights(std::string_view path, std::string_view weights, std::string_view signature) {
  DLAS_ASSIGN(Model model, load(path, signature));
  if (!weights.empty()) DLAS_TRY(give_weights(model, weights));
  return model;
}

}  // namespace dlas
