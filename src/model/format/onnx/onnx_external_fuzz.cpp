// Where external data is said to lie: whatever location, offset and length say, bytes of a file below the model's folder,
// or a typed error. The input is three lines: location, offset, length; an empty line leaves the entry out.
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/format/onnx/tensor.h"

namespace {

namespace fs = std::filesystem;

// A folder with a model, two data files, links and a FIFO; beside it a file that must never be read. Removed at exit.
struct Place {
  fs::path root = fs::temp_directory_path() / ("dlas-external-fuzz-" + std::to_string(::getpid()));
  dlas::File model;

  Place() {
    fs::create_directories(root / "model/inner");
    std::ofstream(root / "secret.bin") << std::string(64, 's');
    std::ofstream(root / "model/m.onnx") << "m";
    std::ofstream(root / "model/w.bin") << std::string(64, 'w');
    std::ofstream(root / "model/inner/v.bin") << std::string(64, 'v');
    fs::create_symlink(root / "secret.bin", root / "model/link.bin");
    fs::create_symlink("../..", root / "model/inner/up");
    fs::create_hard_link(root / "secret.bin", root / "model/hard.bin");
    ::mkfifo((root / "model/fifo").c_str(), 0600);
    model = *dlas::open_file((root / "model/m.onnx").string());
  }
  ~Place() {
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }
};

std::string_view line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view out = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place place;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  dlas::onnx::TensorProto proto;
  proto.name = "w";
  proto.data_type = 2;  // UINT8
  proto.dims = {16};
  proto.external = true;
  for (const std::string_view key : {"location", "offset", "length"})
    if (const std::string_view value = line(rest); !value.empty()) proto.external_data.emplace_back(key, value);
  const auto loaded = dlas::onnx::load_tensor(proto, place.model);
  if (!loaded.ok()) return 0;
  dlas::check(loaded->tensor.count() == 16, "as many elements as the dims say");
  for (const std::uint8_t byte : loaded->tensor.as<std::uint8_t>())
    dlas::check(byte == 'w' || byte == 'v', "bytes of a data file below the model's folder");
  return 0;
}
