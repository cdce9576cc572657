// What the tests of this folder share: its fixtures, the optional shared data, and a temporary folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "data/image.h"

namespace dlas::data {

std::string file_bytes(const std::string& path);  // whole file; fails the test when it is missing
std::optional<std::string> shared_data(std::string_view source_folder, std::string_view below);

#ifdef DLAS_SOURCE_DIR  // known to tests only
inline std::string fixture_path(std::string_view name) {
  return DLAS_SOURCE_DIR "/src/data/fixtures/" + std::string(name);
}
inline std::string fixture_bytes(std::string_view name) { return file_bytes(fixture_path(name)); }
// In the folder of real data: $DLAS_SHARED/data, else ../shared/data beside the tree; nothing when it is not there.
inline std::optional<std::string> shared_data(std::string_view below) { return shared_data(DLAS_SOURCE_DIR, below); }
#endif

std::span<const std::byte> as_bytes(std::string_view chars);

std::uint32_t crc(std::span<const std::byte> bytes);

// The whole message of a failed Result; "no error" when it did not fail.
template <typename T>
std::string message_of(const T& result) {
  return result.ok() ? "no error" : result.error().message();
}

// A folder that is removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path(std::string_view name = "") const;
  // Writes a file, making its folders.
  void write(std::string_view name, std::string_view bytes) const;

 private:
  std::filesystem::path path_;
};

}  // namespace dlas::data
