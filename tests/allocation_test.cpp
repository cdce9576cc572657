// Memory before size: no reader asks for much more memory than its file has bytes, whatever the file says; and no allocation that
// fails does worse than end the reading. This program replaces operator new to see and to refuse what is asked for.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <new>

#include "base/archive/zip.h"
#include "data/image.h"
#include "data/npy.h"
#include "data/recipe.h"
#include "model/format/onnx/reader.h"
#include "model/format/tflite/reader.h"
#include "model/graph/text_form.h"
#include "model/op/list.h"
#include "study/compare/json.h"

namespace {

std::atomic<std::size_t> largest{0}, made{0},
    refuse_from{0};  // refuse_from: 0 refuses nothing, n the n-th and all after it

void* allocate(std::size_t size) {
  const std::size_t number = ++made;
  if (refuse_from != 0 && number >= refuse_from) throw std::bad_alloc();
  if (size > largest) largest = size;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace dlas {
namespace {

namespace fs = std::filesystem;

using Reader = std::function<bool(const std::string& path, std::span<const std::byte> bytes)>;

struct Kind {
  const char* name;
  std::vector<const char*> seeds;  // folders of fuzz/seeds
  std::vector<const char*> more;   // patterns of demo/models
  Reader read;                     // whether it accepts
};

std::string_view chars(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {"onnx",
       {"onnx_fuzz"},
       {".onnx"},
       [](const std::string& path, auto) {
         const auto file = open_file(path);
         return file.ok() && onnx::read(*file).ok();
       }},
      {"tflite",
       {"tflite_fuzz"},
       {".tflite"},
       [](const std::string& path, auto) {
         const auto file = open_file(path);
         return file.ok() && tflite::read(*file).ok();
       }},
      {"picture", {"image_fuzz"}, {}, [](const std::string&, auto bytes) { return data::decode_image(bytes).ok(); }},
      {"npy",
       {"npy_fuzz"},
       {},
       [](const std::string&, auto bytes) { return data::parse_npy(bytes).ok() || data::parse_npz(bytes).ok(); }},
      {"zip",
       {"zip_fuzz"},
       {},
       [](const std::string&, auto bytes) {
         const auto members = read_zip(bytes);
         std::string room;
         return members.ok() && std::ranges::all_of(*members, [&](const ZipMember& m) { return unpack(m, room).ok(); });
       }},
      {"graph text",
       {"graph_fuzz"},
       {},
       [](const std::string&, auto bytes) { return parse_graph(chars(bytes), op::find_op).ok(); }},
      {"recipe",
       {"recipe_fuzz"},
       {},
       [](const std::string&, auto bytes) { return data::parse_recipe(chars(bytes)).ok(); }},
      {"report",
       {"report_fuzz"},
       {},
       [](const std::string&, auto bytes) { return study::parse_diff(chars(bytes)).ok(); }},
  };
  return all;
}

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> examples(const Kind& kind) {
  const fs::path source = DLAS_SOURCE_DIR;
  std::vector<fs::path> files;
  for (const char* folder : kind.seeds)
    for (const auto& entry : fs::directory_iterator(source / "fuzz/seeds" / folder)) files.push_back(entry.path());
  for (const char* suffix : kind.more)
    for (const auto& entry : fs::directory_iterator(source / "demo/models"))
      if (entry.path().extension() == suffix) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

class Allocation : public testing::TestWithParam<std::size_t> {
 protected:
  const Kind& kind() const { return kinds()[GetParam()]; }
  // The same bytes as a file in memory, for readers that map it.
  std::string written(const std::string& bytes) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = memfd_create("allocation", MFD_CLOEXEC);
    EXPECT_EQ(pwrite(descriptor_, bytes.data(), bytes.size(), 0), std::ssize(bytes));
    return "/proc/self/fd/" + std::to_string(descriptor_);
  }
  ~Allocation() override {
    if (descriptor_ >= 0) close(descriptor_);
  }

 private:
  int descriptor_ = -1;
};

// A picture's pixels and an archive's contents may be larger than the file: compressed data say how large in their own bytes, and
// the budgets of base/limits.h hold there.
std::size_t allowed(const Kind& kind, std::size_t bytes) {
  const bool compressed = std::string_view(kind.name) == "picture" || std::string_view(kind.name) == "zip" ||
                          std::string_view(kind.name) == "npy";
  return (compressed ? 1'032 * bytes : 4 * bytes) + (1 << 20);
}

// Every fourth bytes of a file set to absurd sizes, one place after the other.
TEST_P(Allocation, OfAReaderIsNeverMuchLargerThanItsFile) {
  int cases = 0;
  for (const fs::path& path : examples(kind())) {
    const std::string whole = content(path);
    const std::size_t step = std::max<std::size_t>(1, whole.size() / 100);
    for (std::size_t at = 0; at < whole.size(); at += step) {
      for (const char* absurd : {"\x7f\xff\xff\xff", "\xff\xff\xff\x7f", "\xff\xff\xff\xff", "9999"}) {
        std::string bytes = whole;
        bytes.replace(at, std::min<std::size_t>(4, bytes.size() - at), absurd,
                      std::min<std::size_t>(4, bytes.size() - at));
        const std::string file = written(bytes);
        largest = 0;
        static_cast<void>(kind().read(file, std::as_bytes(std::span(bytes))));
        ASSERT_LE(largest, allowed(kind(), bytes.size())) << path << ", bytes from " << at;
        ++cases;
      }
    }
  }
  EXPECT_GT(cases, 20);
}

TEST_P(Allocation, ThatFailsAtAnyPointEndsTheReadingAndNothingElse) {
  if (kind().name == std::string_view("report"))
    GTEST_SKIP() << "the JSON library's destructors allocate, and then a failure ends the program";
  for (const fs::path& path : examples(kind())) {
    const std::string bytes = content(path);
    const std::string file = written(bytes);
    made = 0;
    const bool accepted = kind().read(file, std::as_bytes(std::span(bytes)));
    const std::size_t all = made;
    const std::size_t step = std::max<std::size_t>(1, all / 300);
    for (std::size_t n = 1; n <= all; n += step) {
      made = 0;
      refuse_from = n;
      bool ran_out = false, answer = accepted;
      try {
        answer = kind().read(file, std::as_bytes(std::span(bytes)));
      } catch (const std::bad_alloc&) {
        ran_out = true;
      }
      refuse_from = 0;
      EXPECT_TRUE(ran_out || answer == accepted) << path << ": the " << n << "th allocation changed the answer";
    }
    EXPECT_EQ(kind().read(file, std::as_bytes(std::span(bytes))), accepted) << path << ": not as before";
  }
}

INSTANTIATE_TEST_SUITE_P(Readers, Allocation, testing::Range<std::size_t>(0, 8), [](const auto& of) {
  std::string name = kinds()[of.param].name;
  std::erase(name, ' ');
  return name;
});

}  // namespace
}  // namespace dlas
