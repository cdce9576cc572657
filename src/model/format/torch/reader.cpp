#include "model/format/torch/reader.h"

#include "base/archive/zip.h"
#include "base/limits.h"
#include "model/executor/fold.h"
#include "model/format/torch/program.h"
#include "model/format/torch/script/script.h"
#include "model/format/torch/weights.h"
#include "model/graph/verify.h"

namespace dlas::torch {
namespace {

// Tensors without an architecture: a graph of constants alone.
Graph graph_of(PickledTensors tensors) {
  Graph graph;
  for (auto& [name, stored] : tensors.tensors)
    graph.add_constant(name, std::move(stored.tensor), std::move(stored.origin));
  graph.notes.push_back({Severity::info, "", "tensors without an architecture: --weights gives them to one"});
  if (tensors.others > 0)
    graph.notes.push_back({Severity::info, "", std::to_string(tensors.others) + " values that are no tensors"});
  return graph;
}

Result<Read> of_archive(Archive& archive) {
  if (is_program(archive)) {
    DLAS_ASSIGN(Graph graph, read_program(archive));
    return Read{std::move(graph), "exported program"};
  }
  if (is_script(archive)) {
    DLAS_ASSIGN(Graph graph, read_script(archive));
    return Read{std::move(graph), "TorchScript"};
  }
  if (!archive.has("data.pkl"))
    return make_error(Code::format, "an archive of PyTorch", "a zip archive of something else");
  CopyBudget budget{limits().folded_bytes};
  DLAS_ASSIGN(PickledTensors tensors, read_pickled_tensors(archive, budget));
  return Read{graph_of(std::move(tensors)), "state dict"};
}

Result<Read> of_bytes(Source source) {
  if (is_legacy(source.bytes)) {
    CopyBudget budget{limits().folded_bytes};
    DLAS_ASSIGN(PickledTensors tensors, read_legacy_tensors(source, budget));
    return Read{graph_of(std::move(tensors)), "state dict"};
  }
  DLAS_ASSIGN(Archive archive, Archive::open(std::move(source)));
  return of_archive(archive);
}

// A dict of tensors has no outputs, and all of it is kept.
Status finish(Read& read) {
  if (read.format == "state dict") return verify(read.graph);
  read.graph.prune();
  DLAS_TRY(fold_constants(read.graph));
  return verify(read.graph);
}

}  // namespace

bool is_torch(std::span<const std::byte> bytes) { return is_zip(bytes) || is_legacy(bytes); }

Result<Read> read(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, std::string_view path) {
  auto out = of_bytes({bytes, std::move(owner), std::string(path), 0});
  if (!out.ok()) return out.error().in(path);
  if (auto status = finish(*out); !status.ok()) return status.error().in(path);
  return out;
}

Result<Read> read(const File& file) { return read(file.bytes(), file.owner(), file.path()); }

}  // namespace dlas::torch
