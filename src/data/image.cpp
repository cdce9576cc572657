#include "data/image.h"

#include <array>
#include <string>

#include "base/file.h"
#include "base/limits.h"
#include "data/image/codec.h"
#include "data/image/orient.h"

namespace dlas::data {
namespace {

struct Format {
  std::string_view magic, kind;
  Result<Decoded> (*decode)(Bytes);
};

constexpr std::array<Format, 5> kFormats = {{
    {"\xff\xd8\xff", "a JPEG picture", decode_jpeg},
    {"\x89PNG\r\n\x1a\n", "a PNG picture", decode_png},
    {"BM", "a BMP picture", decode_bmp},
    {"P5", "a PGM picture", decode_pnm},
    {"P6", "a PPM picture", decode_pnm},
}};

const Format* format_of(Bytes bytes) {
  const std::string_view chars(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const Format& format : kFormats)
    if (chars.starts_with(format.magic)) return &format;
  return nullptr;
}

std::string first_bytes(Bytes bytes) {
  if (bytes.empty()) return "an empty file";
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "bytes";
  for (const std::byte b : bytes.first(std::min<std::size_t>(bytes.size(), 8))) {
    const auto value = std::to_integer<unsigned>(b);
    out += {' ', kDigits[value >> 4], kDigits[value & 15]};
  }
  return out;
}

}  // namespace

Status check_sides(std::int64_t width, std::int64_t height) {
  const std::string found = std::to_string(width) + " x " + std::to_string(height);
  if (width < 1 || height < 1) return make_error(Code::format, "a picture of at least 1 x 1 pixels", found);
  const auto most = static_cast<std::int64_t>(limits().image_pixels);
  if (width > most / height || width > INT32_MAX || height > INT32_MAX)
    return make_error(Code::limit, "at most " + std::to_string(most) + " pixels", found);
  return {};
}

Result<Image> make_image(std::int64_t width, std::int64_t height, int channels) {
  DLAS_TRY(check_sides(width, height));
  Image image{static_cast<int>(width), static_cast<int>(height), channels, {}};
  image.pixels.resize(image.row_bytes() * static_cast<std::size_t>(height));
  return image;
}

std::string_view picture_kind(std::span<const std::byte> bytes) {
  const Format* format = format_of(bytes);
  return format ? format->kind : std::string_view();
}

Result<Image> decode_image(std::span<const std::byte> bytes, Orientation orientation) {
  if (bytes.size() > limits().image_file_bytes)
    return make_error(Code::limit, "a picture file of at most " + std::to_string(limits().image_file_bytes) + " bytes",
                      std::to_string(bytes.size()) + " bytes");
  const Format* format = format_of(bytes);
  if (!format) return make_error(Code::format, "a JPEG, PNG, BMP, PGM or PPM picture", first_bytes(bytes));
  DLAS_ASSIGN(Decoded decoded, format->decode(bytes));
  if (orientation == Orientation::as_stored) return std::move(decoded.image);
  return upright(std::move(decoded.image), decoded.orientation);
}

Result<Image> read_image(std::string_view path, Orientation orientation) {
  DLAS_ASSIGN(const File file, open_file(path));
  auto image = decode_image(file.bytes(), orientation);
  if (!image.ok()) image.error().in(path);
  return image;
}

}  // namespace dlas::data
