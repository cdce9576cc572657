#include "study/repair/native.h"

#include <filesystem>

#include "base/file.h"
#include "model/executor/fold.h"
#include "model/format/patch/patch.h"
#include "study/repair/apply.h"

namespace dlas::study {
namespace {

// Readers fold what constants alone decide; so must the graph that a file is compared with.
Result<Hash> computes(Graph graph) {
  DLAS_TRY(fold_constants(graph));
  return structure_hash(graph);
}

// The hash leaves out the units of constants.
bool same_units(const Graph& a, const Graph& b) {
  for (const Value& value : a.values()) {
    const ValueId other = b.find(value.name);
    if (other == kNone || !value.type.quantized()) continue;
    const auto& units = b.value(other).type.quantization;
    if (!units || *units != *value.type.quantization) return false;
  }
  return true;
}

bool same_folder(const std::string& a, const std::string& b) {
  std::error_code error;
  const bool same = std::filesystem::equivalent(folder_of(a), folder_of(b), error);
  return same && !error;
}

}  // namespace

Result<Fixed> fixed(const Model& model, std::span<const Edit> edits) {
  DLAS_ASSIGN(const File file, open_file(model.path));
  DLAS_ASSIGN(Applied applied, apply_edits(model.graph, edits));
  DLAS_ASSIGN(PatchedFile patched_file, patched(file, model.graph, applied.graph));
  return Fixed{std::move(patched_file.bytes), std::move(applied.graph), std::move(applied.inverse),
               patched_file.needs_neighbours};
}

Result<Model> write_fixed(const Fixed& fixed, const std::string& original, const std::string& path) {
  if (fixed.needs_neighbours && !same_folder(original, path))
    return make_error(Code::usage, "an output in the folder of the model, whose other tensors lie in files there",
                      path);
  DLAS_TRY(write_file(path, fixed.bytes));
  auto read = load(path);
  const auto want = computes(fixed.graph);
  if (read.ok() && want.ok()) {
    const auto found = computes(read->graph);
    if (found.ok() && *found == *want && same_units(fixed.graph, read->graph)) return read;
  }
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  const std::string why = read.ok() ? "one that computes something else" : read.error().message();
  return make_error(Code::unsupported, "a file that reads back as the edited model", why).in(path);
}

}  // namespace dlas::study
