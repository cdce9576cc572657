#include "model/format/tflite/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/executor/fold.h"
#include "model/format/tflite/build.h"
#include "model/format/tflite/flatbuffer.h"
#include "model/format/tflite/schema.h"
#include "model/graph/verify.h"

namespace dlas::tflite {
namespace {

constexpr std::string_view kMetadataName = "TFLITE_METADATA";

Result<std::optional<Metadata>> metadata_of(const ModelTables& tables, std::span<const std::byte> file) {
  const auto entry = std::ranges::find(tables.metadata, kMetadataName, &NamedBuffer::name);
  if (entry == tables.metadata.end()) return std::optional<Metadata>();
  if (entry->buffer >= tables.buffers.size()) {
    Error error = make_error(Code::format, fmt::format("a buffer below {}", tables.buffers.size()),
                             fmt::format("{}", entry->buffer));
    return error.at_slot("metadata");
  }
  const Bytes bytes = tables.buffers[entry->buffer];
  DLAS_ASSIGN(Metadata found, read_metadata(file.subspan(bytes.offset, bytes.size), file));
  return std::optional<Metadata>(std::move(found));
}

std::string numbers(const std::vector<float>& values) { return fmt::format("{}", fmt::join(values, ",")); }

// Metadata is no part of the computation: what is wrong with it becomes a note.
void describe(const ModelTables& tables, std::span<const std::byte> file, Graph& graph) {
  graph.metadata["tflite.version"] = fmt::format("{}", tables.version);
  if (!tables.description.empty()) graph.metadata["tflite.description"] = tables.description;
  if (tables.subgraphs.size() > 1) {
    graph.metadata["tflite.subgraphs"] = fmt::format("{}", tables.subgraphs.size());
    graph.notes.push_back(
        {Severity::info, "", fmt::format("the first of {} subgraphs is read", tables.subgraphs.size())});
  }
  const auto found = metadata_of(tables, file);
  if (!found.ok()) graph.notes.push_back({Severity::warning, "", "metadata: " + found.error().message()});
  if (!found.ok() || !*found) return;
  const Metadata& m = **found;
  if (!m.name.empty()) graph.metadata["tflite.metadata.name"] = m.name;
  if (!m.inputs.empty() && !m.inputs[0].mean.empty()) {
    graph.metadata["tflite.metadata.mean"] = numbers(m.inputs[0].mean);
    graph.metadata["tflite.metadata.std"] = numbers(m.inputs[0].std);
  }
  if (!m.label_file.empty()) {
    graph.metadata["tflite.metadata.label_file"] = m.label_file;
    graph.metadata["tflite.metadata.labels"] = fmt::format("{}", m.labels.size());
  }
}

Result<Graph> built(const Source& source) {
  FlatBuffer buffer(source.bytes);
  DLAS_ASSIGN(const ModelTables tables, read_tables(buffer));
  if (tables.subgraphs.empty()) return make_error(Code::format, "a subgraph", "none");
  Build build(source, tables, tables.subgraphs[0]);
  DLAS_TRY(build.values());
  DLAS_TRY(build.operators());
  if (!buffer.ok()) return *buffer.error();  // options are read while operators are converted
  describe(tables, source.bytes, build.graph());
  return std::move(build.graph());
}

}  // namespace

Result<Graph> read(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, std::string_view path) {
  auto graph = built({bytes, std::move(owner), std::string(path)});
  if (!graph.ok()) return graph.error().in(path);
  if (auto status = fold_constants(*graph); !status.ok()) return status.error().in(path);
  if (auto status = verify(*graph); !status.ok()) return status.error().in(path);
  return graph;
}

Result<Graph> read(const File& file) { return read(file.bytes(), file.owner(), file.path()); }

Result<std::optional<Metadata>> metadata(const File& file) {
  FlatBuffer buffer(file.bytes());
  auto tables = read_tables(buffer);
  if (!tables.ok()) return tables.error().in(file.path());
  auto found = metadata_of(*tables, file.bytes());
  if (!found.ok()) return found.error().in(file.path());
  return found;
}

}  // namespace dlas::tflite
