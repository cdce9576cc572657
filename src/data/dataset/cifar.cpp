// CIFAR's binary files: records of a label byte (CIFAR-10), or of a coarse and a fine one (CIFAR-100: the fine one counts), and
// 32 x 32 pixels as three planes R, G, B.                                              cs.toronto.edu/~kriz/cifar.html
#include <algorithm>

#include "data/dataset/source.h"
#include "data/image/codec.h"

namespace dlas::data {
namespace {

constexpr int kSide = 32;
constexpr std::size_t kPlane = std::size_t{kSide} * kSide;
constexpr std::size_t kRecord10 = 1 + 3 * kPlane, kRecord100 = 2 + 3 * kPlane;

// The size decides; where it fits both, the name that CIFAR-100's files have.
std::size_t record_size(std::string_view path, std::uint64_t size) {
  const bool ten = size % kRecord10 == 0, hundred = size % kRecord100 == 0;
  if (!ten && !hundred) return 0;
  const bool named =
      path.ends_with("/train.bin") || path.ends_with("/test.bin") || path == "train.bin" || path == "test.bin";
  return ten && !(hundred && named) ? kRecord10 : kRecord100;
}

class CifarSource : public Source {
 public:
  CifarSource(File file, std::size_t record) : file_(std::move(file)), record_(record) {}
  std::int64_t size() const override { return static_cast<std::int64_t>(file_.size() / record_); }
  std::string name(std::int64_t i) const override { return std::to_string(i); }
  std::optional<int> label(std::int64_t i) const override {
    return std::to_integer<int>(bytes_of(i)[record_ == kRecord10 ? 0 : 1]);
  }
  Result<Image> image(std::int64_t i) const override {
    DLAS_ASSIGN(Image image, make_image(kSide, kSide, 3));
    const Bytes planes = bytes_of(i).last(3 * kPlane);
    for (std::size_t p = 0; p < kPlane; ++p)
      for (std::size_t c = 0; c < 3; ++c)
        image.pixels[3 * p + c] = std::to_integer<std::uint8_t>(planes[c * kPlane + p]);
    return image;
  }
  Result<Hash> content(std::int64_t i) const override { return hash_of(bytes_of(i)); }

 private:
  Bytes bytes_of(std::int64_t i) const { return file_.bytes().subspan(static_cast<std::size_t>(i) * record_, record_); }
  File file_;
  std::size_t record_;
};

// The class names beside the data, one a line; none when the file is not there or has another number of lines.
Result<std::vector<std::string>> read_names(std::string_view path, int classes) {
  const std::string file = folder_of(path) + (classes == 10 ? "/batches.meta.txt" : "/fine_label_names.txt");
  if (path_kind(file) == PathKind::missing) return std::vector<std::string>();
  DLAS_ASSIGN(const std::string text, read_text(file, 1 << 16));
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (names.size() != static_cast<std::size_t>(classes))
    return make_error(Code::mismatch, std::to_string(classes) + " class names", std::to_string(names.size())).in(file);
  return names;
}

}  // namespace

bool is_cifar(std::string_view path, std::uint64_t size) {
  return extension_of(path) == ".bin" && size > 0 && record_size(path, size) != 0;
}

SourceResult open_cifar(std::string_view path) {
  DLAS_ASSIGN(File file, open_file(path));
  const std::size_t record = file.size() ? record_size(path, file.size()) : 0;
  if (record == 0)
    return make_error(Code::truncated, "whole CIFAR records of 3073 or 3074 bytes",
                      std::to_string(file.size()) + " bytes")
        .in(path);
  const int classes = record == kRecord10 ? 10 : 100;
  auto source = std::make_shared<CifarSource>(std::move(file), record);
  for (std::int64_t i = 0; i < source->size(); ++i)
    if (const int label = *source->label(i); label >= classes)
      return make_error(Code::format, "labels below " + std::to_string(classes), std::to_string(label))
          .in(path)
          .at(static_cast<std::uint64_t>(i) * record);
  DLAS_ASSIGN(std::vector<std::string> names, read_names(path, classes));
  source->classes = {false, classes, std::move(names)};
  source->description = "CIFAR-" + std::to_string(classes) + " binary";
  return std::shared_ptr<const Source>(std::move(source));
}

}  // namespace dlas::data
