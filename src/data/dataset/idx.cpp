// IDX files of the MNIST family: "train-images-idx3-ubyte" with "train-labels-idx1-ubyte" beside it, plain or gzipped.
// Header: 00 00, element type 08 (bytes), number of dimensions, then each size in four bytes, big end first; then the data.
#include <algorithm>

#include "base/archive/inflate.h"
#include "base/checked.h"
#include "base/limits.h"
#include "data/dataset/source.h"
#include "data/image/codec.h"

namespace dlas::data {
namespace {

// A file that is unpacked when it is gzipped.
struct Content {
  File file;
  std::string inflated;
  Bytes bytes() const {
    return inflated.empty() ? file.bytes() : std::as_bytes(std::span(inflated.data(), inflated.size()));
  }
};

Result<Content> read_content(const std::string& path) {
  Content out;
  DLAS_ASSIGN(out.file, open_file(path));
  if (!is_gzip(out.file.bytes())) return out;
  auto inflated = gunzip(out.file.bytes());
  if (!inflated.ok()) return std::move(inflated.error().in(path));
  out.inflated = std::move(*inflated);
  if (out.inflated.empty()) return make_error(Code::format, "an IDX file", "nothing behind gzip").in(path);
  return out;
}

std::uint32_t big_endian(Bytes bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(bytes[offset + i]);
  return value;
}

struct Idx {
  std::vector<std::uint64_t> sizes;
  std::size_t data_at = 0;
};

Result<Idx> read_idx(Bytes bytes, unsigned dimensions, const std::string& path) {
  const std::size_t header = 4 + 4 * std::size_t{dimensions};
  if (bytes.size() < header)
    return make_error(Code::truncated, "an IDX header of " + std::to_string(header) + " bytes",
                      std::to_string(bytes.size()) + " bytes")
        .in(path);
  if (big_endian(bytes, 0) != 0x800 + dimensions)
    return make_error(Code::format, "an IDX file of bytes with " + std::to_string(dimensions) + " dimensions",
                      "another header")
        .in(path)
        .at(0);
  Idx out;
  out.data_at = header;
  std::uint64_t needed = 1;
  for (unsigned d = 0; d < dimensions; ++d) {
    out.sizes.push_back(big_endian(bytes, 4 + 4 * std::size_t{d}));
    const auto product = checked_mul<std::uint64_t>(needed, out.sizes.back());
    if (!product)
      return make_error(Code::limit, "sizes whose product fits 64 bits", "more").in(path).at(std::uint64_t{4} * d);
    needed = *product;
  }
  const std::uint64_t there = bytes.size() - header;
  if (there == needed) return out;
  return make_error(there < needed ? Code::truncated : Code::format,
                    std::to_string(needed) + " bytes behind the header", std::to_string(there))
      .in(path);
}

class IdxSource : public Source {
 public:
  IdxSource(Content images, const Idx& header, std::vector<std::uint8_t> labels)
      : images_(std::move(images)),
        data_(images_.bytes().subspan(header.data_at)),
        count_(static_cast<std::int64_t>(header.sizes[0])),
        height_(static_cast<int>(header.sizes[1])),
        width_(static_cast<int>(header.sizes[2])),
        labels_(std::move(labels)) {}
  std::int64_t size() const override { return count_; }
  std::string name(std::int64_t i) const override { return std::to_string(i); }
  std::optional<int> label(std::int64_t i) const override {
    return labels_.empty() ? std::nullopt : std::optional<int>(labels_[static_cast<std::size_t>(i)]);
  }
  Result<Image> image(std::int64_t i) const override {
    DLAS_ASSIGN(Image image, make_image(width_, height_, 1));
    const Bytes from = pixels(i);
    std::ranges::transform(from, image.pixels.begin(), [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return image;
  }
  Result<Hash> content(std::int64_t i) const override { return hash_of(pixels(i)); }

 private:
  Bytes pixels(std::int64_t i) const {
    const std::size_t each = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
    return data_.subspan(static_cast<std::size_t>(i) * each, each);
  }
  Content images_;
  Bytes data_;  // inside images_
  std::int64_t count_;
  int height_, width_;
  std::vector<std::uint8_t> labels_;
};

// The labels file that belongs to an images file by name; nothing when it is not there.
std::optional<std::string> labels_path(std::string_view images) {
  constexpr std::string_view kImages = "images-idx3", kLabels = "labels-idx1";
  const std::size_t at = images.rfind(kImages);
  if (at == std::string_view::npos) return std::nullopt;
  std::string path(images);
  path.replace(at, kImages.size(), kLabels);
  if (path_kind(path) != PathKind::missing) return path;
  if (path.ends_with(".gz")) path.resize(path.size() - 3);
  else path += ".gz";
  return path_kind(path) != PathKind::missing ? std::optional(path) : std::nullopt;
}

Result<std::vector<std::uint8_t>> read_labels(const std::string& path, std::uint64_t count) {
  DLAS_ASSIGN(const Content content, read_content(path));
  DLAS_ASSIGN(const Idx header, read_idx(content.bytes(), 1, path));
  if (header.sizes[0] != count)
    return make_error(Code::mismatch, std::to_string(count) + " labels, one an image", std::to_string(header.sizes[0]))
        .in(path);
  std::vector<std::uint8_t> out;
  for (const std::byte b : content.bytes().subspan(header.data_at)) out.push_back(std::to_integer<std::uint8_t>(b));
  return out;
}

}  // namespace

bool is_idx_images(std::span<const std::byte> bytes) {
  if (is_gzip(bytes)) return true;  // nothing else that a dataset is comes gzipped
  return bytes.size() >= 4 && big_endian(bytes, 0) == 0x803;
}

SourceResult open_idx(std::string_view images_path) {
  const std::string path(images_path);
  DLAS_ASSIGN(Content content, read_content(path));
  DLAS_ASSIGN(const Idx header, read_idx(content.bytes(), 3, path));
  if (header.sizes[0] == 0) return make_error(Code::usage, "at least one image", "none").in(path);
  if (auto sides = check_sides(static_cast<std::int64_t>(header.sizes[2]), static_cast<std::int64_t>(header.sizes[1]));
      !sides.ok())
    return std::move(sides.error().in(path));
  std::vector<std::uint8_t> labels;
  if (const auto beside = labels_path(path)) {
    DLAS_ASSIGN(labels, read_labels(*beside, header.sizes[0]));
  }
  const int classes = labels.empty() ? 0 : 1 + *std::ranges::max_element(labels);
  const std::string kind = labels.empty() ? "IDX images without labels" : "IDX images with labels";
  auto source = std::make_shared<IdxSource>(std::move(content), header, std::move(labels));
  source->classes = {false, classes, {}};
  source->description = kind;
  return std::shared_ptr<const Source>(std::move(source));
}

}  // namespace dlas::data
