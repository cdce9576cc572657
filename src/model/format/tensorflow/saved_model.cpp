// SavedModel folders: saved_model.pb and the variables beside it.
#include <fmt/format.h>

#include <algorithm>

#include "base/file_hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "model/format/tensorflow/bundle.h"
#include "model/format/tensorflow/finish.h"
#include "model/format/tensorflow/meta_graph.h"
#include "model/format/tensorflow/network.h"
#include "model/format/tensorflow/reader.h"
#include "model/format/tensorflow/restore.h"

namespace dlas::tensorflow {
namespace {

constexpr std::string_view kFile = "saved_model.pb", kDefault = "serving_default";

struct Folder {
  std::string path;
  File model;
  std::optional<Bundle> bundle;  // none: a model without variables
};

Result<Folder> open_folder(std::string_view path) {
  Folder out;
  const bool folder = path_kind(path) == PathKind::folder;
  out.path = folder ? std::string(path) : folder_of(path);
  if (folder) {
    DLAS_ASSIGN(out.model, open_beneath(path, kFile));
  } else {
    DLAS_ASSIGN(out.model, open_file(path));
  }
  auto bundle = Bundle::open(out.path);
  if (bundle.ok()) out.bundle = *std::move(bundle);
  else if (bundle.error().code != Code::not_found) return bundle.error();
  return out;
}

using Entries = std::map<std::string_view, std::string_view>;
using Named = std::map<std::string_view, std::vector<std::string_view>>;

class Saved : public Variables {
 public:
  Saved(const std::optional<Bundle>& bundle, Entries entries, Named named)
      : bundle_(bundle), entries_(std::move(entries)), named_(std::move(named)) {}

  Result<Stored> value(const NodeProto& handle) const override {
    const AttributeProto* shared = handle.find("shared_name");
    Stored out;
    out.name = shared && !shared->text.empty() ? shared->text : handle.name;
    if (!bundle_)
      return make_error(Code::not_found, fmt::format("variables/variables.index with '{}'", out.name), "none");
    DLAS_ASSIGN(const std::string_view key, entry_of(handle, out.name));
    DLAS_ASSIGN(out.tensor, bundle_->tensor(key, out.origin));
    return out;
  }

 private:
  // As the graph restores it; else as the table of objects names it; else the entry of its own name.
  Result<std::string_view> entry_of(const NodeProto& handle, std::string_view name) const {
    if (const auto entry = entries_.find(handle.name); entry != entries_.end()) return entry->second;
    const auto named = named_.find(name);
    if (named == named_.end()) return name;
    const auto& keys = named->second;
    for (const std::string_view key : keys)
      if (!bundle_->same_content(key, keys[0]))
        return make_error(Code::unsupported, fmt::format("one variable '{}'", name),
                          fmt::format("{} of that name", keys.size()));
    return keys[0];
  }

  const std::optional<Bundle>& bundle_;
  Entries entries_;
  Named named_;
};

Result<Named> named_by(const std::optional<Bundle>& bundle, Room& room) {
  if (!bundle || !bundle->has(kObjects)) return Named();
  DLAS_ASSIGN(Message objects, bundle->text(kObjects));
  objects.room = &room;
  return named_variables(objects);
}

// The one to serve, or the only one.
Result<const MetaGraph*> chosen(const std::vector<MetaGraph>& graphs) {
  for (const MetaGraph& graph : graphs)
    if (std::ranges::count(graph.tags, "serve") > 0) return &graph;
  if (graphs.size() == 1) return graphs.data();
  return make_error(Code::format, "a graph with the tag 'serve'", fmt::format("{} graphs without it", graphs.size()));
}

bool is_own(std::string_view name) { return name.starts_with("__saved_model_"); }

std::string names_of(const MetaGraph& graph) {
  std::string out;
  for (const auto& [name, signature] : graph.signatures)
    if (!is_own(name)) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

Result<std::string_view> signature_name(const MetaGraph& graph, std::string_view wanted) {
  if (wanted.empty() && graph.signatures.contains(kDefault)) return kDefault;
  std::vector<std::string_view> names;
  for (const auto& [name, signature] : graph.signatures)
    if (!is_own(name)) names.push_back(name);
  if (wanted.empty() && names.size() == 1) return names[0];
  if (names.empty())
    return make_error(Code::unsupported, "a signature", "a SavedModel without one")
        .try_this("export it with one: model.export(...), or tf.saved_model.save(..., signatures=...)");
  const auto it = graph.signatures.find(wanted);
  if (!wanted.empty() && it != graph.signatures.end()) return it->first;
  return make_error(
             Code::not_found, fmt::format("a signature: {}", for_terminal(names_of(graph), 1000)),
             wanted.empty() ? "none called serving_default" : fmt::format("'{}'{}", wanted, nearest(wanted, names)))
      .try_this("--signature " + std::string(names[0]));
}

Status add_inputs(const Signature& signature, const GraphProto& graph, Build& build, Network& network) {
  for (const auto& [name, info] : signature.inputs) {
    if (info.name.empty())
      return make_error(Code::unsupported, fmt::format("input '{}' as one dense tensor", name), "another kind");
    Type type;
    type.dtype = dtype_of(info.dtype);
    DLAS_ASSIGN(type.dims, dims_of(info.shape));
    if (type.dtype == DType::none)
      build.graph().notes.push_back(
          {Severity::not_executable, "",
           fmt::format("input '{}' is not a tensor of a type that dlas computes with", name)});
    const std::string_view node = reference_of(info.name).node;
    const ValueId id = build.graph().add_input(std::string(name), std::move(type));
    build.graph().value(id).origin = {build.source().path, std::string(info.name), std::nullopt, 0};
    if (std::ranges::find(graph.nodes, node, &NodeProto::name) == graph.nodes.end())
      return make_error(Code::graph, fmt::format("a node for input '{}'", name), fmt::format("'{}'", info.name));
    network.give(node, id);
  }
  build.name_batch();
  return {};
}

Result<Graph> built(const Source& source, const std::optional<Bundle>& bundle, std::string_view wanted) {
  Room room{limits().parsed_bytes + 2 * source.bytes.size()};
  DLAS_ASSIGN(const auto graphs, parse_saved_model({source.bytes, 0, &room}));
  DLAS_ASSIGN(const MetaGraph* meta, chosen(graphs));
  DLAS_ASSIGN(const std::string_view name, signature_name(*meta, wanted));
  const Signature& signature = meta->signatures.find(name)->second;
  DLAS_ASSIGN(const GraphProto graph, parse_graph(meta->graph));
  DLAS_ASSIGN(auto entries, restored_variables(graph, meta->restore));
  DLAS_ASSIGN(auto named, named_by(bundle, room));
  const Saved variables(bundle, std::move(entries), std::move(named));
  Build build(source);
  Network network(graph, build, &variables);
  DLAS_TRY(add_inputs(signature, graph, build, network));
  std::vector<std::string_view> tensors;
  for (const auto& [output, info] : signature.outputs) tensors.push_back(info.name);
  if (tensors.empty()) return make_error(Code::format, "a signature with outputs", fmt::format("'{}'", name));
  DLAS_ASSIGN(const auto values, network.values(tensors));
  std::vector<NamedOutput> outputs;
  for (const auto& [output, info] : signature.outputs) outputs.push_back({std::string(output), values[outputs.size()]});
  auto& metadata = build.graph().metadata;
  metadata["tensorflow.signature"] = name;
  metadata["tensorflow.signatures"] = names_of(*meta);
  if (!meta->version.empty()) metadata["tensorflow.version"] = meta->version;
  return finish(build, outputs);
}

}  // namespace

bool is_saved_model(std::string_view bytes) {
  if (bytes.size() < 4 || bytes.substr(0, 3) != std::string_view("\x08\x01\x12", 3)) return false;
  std::size_t at = 3;
  while (at < bytes.size() && at < 8 && (static_cast<unsigned char>(bytes[at]) & 0x80) != 0) ++at;
  return at + 1 < bytes.size() && bytes[at + 1] == '\x0a';
}

bool is_saved_model_folder(std::string_view path) {
  return path_kind(path) == PathKind::folder && path_kind(fmt::format("{}/{}", path, kFile)) != PathKind::missing;
}

Result<Read> read_saved_model(std::string_view path, std::string_view signature) {
  DLAS_ASSIGN(const Folder folder, open_folder(path));
  const Source source{folder.model.chars(), folder.model.owner(), folder.model.path()};
  auto graph = built(source, folder.bundle, signature);
  if (!graph.ok()) return graph.error().in(folder.model.path());
  Hasher hasher;
  hasher.add(hash_of_file(folder.model));
  if (folder.bundle) {
    DLAS_ASSIGN(const auto hashes, folder.bundle->hashes());
    for (const Hash& hash : hashes) hasher.add(hash);
  }
  return Read{*std::move(graph), hasher.finish()};
}

}  // namespace dlas::tensorflow
