#include "data/fixture_testing.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace dlas::data {
namespace fs = std::filesystem;

std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::span<const std::byte> as_bytes(std::string_view chars) {
  return std::as_bytes(std::span(chars.data(), chars.size()));
}

std::optional<std::string> shared_data(std::string_view source_folder, std::string_view below) {
  const char* named = std::getenv("DLAS_SHARED");
  const fs::path root = named ? fs::path(named) : fs::path(source_folder) / "../shared";
  const fs::path path = root / "data" / below;
  if (!fs::exists(path)) return std::nullopt;
  return path.string();
}

std::uint32_t crc(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "dlas-test-XXXXXX").string();
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::path(std::string_view name) const {
  return name.empty() ? path_.string() : (path_ / name).string();
}

void TemporaryFolder::write(std::string_view name, std::string_view bytes) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace dlas::data
