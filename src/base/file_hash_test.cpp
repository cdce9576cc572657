#include "base/file_hash.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace dlas {
namespace {

TEST(HashOfFile, IsTheHashOfItsBytes) {
  const std::string path = (std::filesystem::temp_directory_path() / "dlas_file_hash.bin").string();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{1} << 23, (std::size_t{3} << 23) + 12345}) {
    std::string content(size, 'x');
    for (std::size_t i = 0; i < size; i += 977) content[i] = static_cast<char>(i % 251);
    ASSERT_TRUE(write_file(path, content).ok());
    const File file = open_file(path).value();
    EXPECT_EQ(hash_of_file(file), hash_of(std::string_view(content))) << size;
    EXPECT_EQ(file.chars(), content);  // the pages come back
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace dlas
