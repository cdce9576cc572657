#include "model/format/keras/reader.h"

#include <fmt/format.h>

#include "base/text.h"
#include "model/executor/fold.h"
#include "model/format/keras/network.h"
#include "model/graph/verify.h"

namespace dlas::keras {
namespace {

// "2.4.0" -> 2. Files without a version are older than versions.
int major_of(std::string_view version) {
  const auto number = parse_int(version.substr(0, version.find('.')));
  return number && *number > 0 && *number < 100 ? static_cast<int>(*number) : 2;
}

Result<Graph> built(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, std::string_view path) {
  DLAS_ASSIGN(const Container container, open_container(bytes, std::move(owner)));
  Build build{std::string(path)};
  DLAS_TRY(build_model(container, build, major_of(container.version)));
  Graph graph = std::move(build.graph());
  if (!container.version.empty()) graph.metadata["keras.version"] = container.version;
  graph.metadata["keras.container"] = container.zip ? "keras" : "h5";
  return graph;
}

}  // namespace

bool is_keras(std::span<const std::byte> bytes) { return hdf5::is_hdf5(bytes) || is_keras_zip(bytes); }

Result<Graph> read(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, std::string_view path) {
  auto graph = built(bytes, std::move(owner), path);
  if (!graph.ok()) return graph.error().in(path);
  if (auto status = fold_constants(*graph); !status.ok()) return status.error().in(path);
  if (auto status = verify(*graph); !status.ok()) return status.error().in(path);
  return graph;
}

Result<Graph> read(const File& file) { return read(file.bytes(), file.owner(), file.path()); }

}  // namespace dlas::keras
