// HDF5 files written by h5py in all formats of its library: every dataset and string equals what h5py reads.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "model/format/hdf5/hdf5.h"

namespace dlas {
namespace {

struct Expected {
  std::vector<std::string> columns;
  const std::string& file() const { return columns[0]; }
  const std::string& path() const { return columns[1]; }
  const std::string& kind() const { return columns[2]; }
};

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> out;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, by);) out.push_back(part);
  return out;
}

Result<hdf5::Object> object_at(const hdf5::File& file, const std::string& path) {
  DLAS_ASSIGN(hdf5::Object at, file.root());
  for (const std::string& name : split(path, '/')) {
    if (name == ".") continue;
    DLAS_ASSIGN(const hdf5::Group group, file.group(at));
    DLAS_ASSIGN(at, file.child(group, name));
  }
  return at;
}

class Hdf5Files : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string python = std::string(DLAS_SOURCE_DIR) + "/.venv/bin/python";
    if (!std::filesystem::exists(python)) return;
    folder() = std::filesystem::temp_directory_path() / fmt::format("dlas_hdf5_{}", ::getpid());
    std::filesystem::create_directories(folder());
    const std::string command =
        fmt::format("'{}' -B '{}/tests/make_hdf5_files.py' '{}'", python, DLAS_SOURCE_DIR, folder().string());
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream lines(folder() / "expected.txt");
    for (std::string line; std::getline(lines, line);) expected().push_back({split(line, '\t')});
  }
  static void TearDownTestSuite() {
    if (!folder().empty()) std::filesystem::remove_all(folder());
  }
  void SetUp() override {
    if (folder().empty()) GTEST_SKIP() << "there is no .venv with h5py; scripts/bootstrap makes it";
  }

  static std::filesystem::path& folder() {
    static std::filesystem::path path;
    return path;
  }
  static std::vector<Expected>& expected() {
    static std::vector<Expected> all;
    return all;
  }
  static std::string blob(const std::string& name) {
    std::ifstream in(folder() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // Calls f(expected line, file) for every line of a kind; returns their number.
  template <typename F>
  static int each(std::string_view kind, F f) {
    std::map<std::string, std::pair<File, hdf5::File>> open;
    int count = 0;
    for (const Expected& e : expected()) {
      if (e.kind() != kind) continue;
      if (!open.contains(e.file())) {
        const File mapped = open_file((folder() / e.file()).string()).value();
        open.emplace(e.file(), std::pair(mapped, hdf5::File::open(mapped.bytes(), mapped.owner()).value()));
      }
      SCOPED_TRACE(fmt::format("{} {}", e.file(), e.path()));
      f(e, open.at(e.file()).second, open.at(e.file()).first);
      ++count;
    }
    return count;
  }
};

std::string sizes(const Shape& shape) { return shape.empty() ? "-" : fmt::format("{}", fmt::join(shape, ",")); }

TEST_F(Hdf5Files, HaveTheNumbersThatH5pyReads) {
  const int count = each("data", [](const Expected& e, const hdf5::File& file, const File& mapped) {
    const auto object = object_at(file, e.path());
    ASSERT_TRUE(object.ok()) << object.error().message();
    const auto array = file.array(*object);
    ASSERT_TRUE(array.ok()) << array.error().message();
    EXPECT_EQ(text(array->tensor.dtype()), e.columns[3]);
    EXPECT_EQ(sizes(array->tensor.shape()), e.columns[4]);
    const auto bytes = array->tensor.bytes();
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()), blob(e.columns[5]));
    if (array->offset && !array->tensor.owns()) {
      EXPECT_EQ(mapped.bytes().data() + *array->offset, array->tensor.bytes().data());
    }
  });
  EXPECT_GT(count, 3'000);
}

TEST_F(Hdf5Files, HaveTheStringsThatWereWritten) {
  const int count = each("strings", [](const Expected& e, const hdf5::File& file, const File&) {
    const auto object = object_at(file, e.path());
    ASSERT_TRUE(object.ok()) << object.error().message();
    Result<std::vector<std::string>> found = make_error(Code::not_found, e.columns[3], "none");
    if (e.columns[3] == "-") {
      found = file.strings(*object);
    } else {
      const auto attributes = file.attributes(*object);
      ASSERT_TRUE(attributes.ok()) << attributes.error().message();
      for (const hdf5::Attribute& a : *attributes)
        if (a.name == e.columns[3]) found = file.strings(a);
    }
    ASSERT_TRUE(found.ok()) << found.error().message();
    std::string joined;
    for (const std::string& one : *found) joined += one + "\n";
    EXPECT_EQ(joined, blob(e.columns[4]));
  });
  EXPECT_GT(count, 80);
}

TEST_F(Hdf5Files, AreRefusedWhereTheyLeadElsewhereOrAreNotRead) {
  const int count = each("refused", [](const Expected& e, const hdf5::File& file, const File&) {
    const auto object = object_at(file, e.path());
    const auto error = object.ok() ? file.array(*object).ok() ? Error() : file.array(*object).error() : object.error();
    EXPECT_THAT(error.message(), ::testing::EndsWith(e.columns[3]));
  });
  EXPECT_EQ(count, 13);
}

}  // namespace
}  // namespace dlas
