#include "data/thumbnail.h"

#include <png.h>

#include <algorithm>
#include <utility>

#include "data/resample.h"

namespace dlas::data {
namespace {

std::pair<std::int64_t, std::int64_t> fitted(const Image& image, std::int64_t longest) {
  const std::int64_t side = std::max(image.width, image.height);
  if (side <= longest) return {image.width, image.height};
  const auto shrunk = [&](std::int64_t length) { return std::max<std::int64_t>(1, length * longest / side); };
  return {shrunk(image.width), shrunk(image.height)};
}

Result<std::string> png_of(const Image& image) {
  png_image description = {};
  description.version = PNG_IMAGE_VERSION;
  description.width = static_cast<png_uint_32>(image.width);
  description.height = static_cast<png_uint_32>(image.height);
  description.format = image.channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(description), '\0');
  png_alloc_size_t size = bytes.size();
  if (png_image_write_to_memory(&description, bytes.data(), &size, 0, image.pixels.data(), 0, nullptr) == 0)
    return make_error(Code::internal, "a PNG file of a picture", description.message);
  bytes.resize(size);
  return bytes;
}

}  // namespace

Result<std::string> thumbnail_png(const Image& image, int longest) {
  const auto [width, height] = fitted(image, longest);
  if (width == image.width && height == image.height) return png_of(image);
  DLAS_ASSIGN(const Picture small, resize(image, width, height, Method::bilinear, Library::pil));
  return png_of(std::get<Image>(small));
}

}  // namespace dlas::data
