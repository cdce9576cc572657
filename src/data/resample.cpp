#include "data/resample.h"

#include <string>

#include "data/image/codec.h"

namespace dlas::data {
namespace {

// The weights of one row take up to 6 numbers a source pixel; real pictures have far shorter sides.
constexpr std::int64_t kLongestSide = std::int64_t{1} << 20;

Status check_length(std::int64_t side) {
  if (side <= kLongestSide) return {};
  return make_error(Code::limit, "sides of at most " + std::to_string(kLongestSide) + " pixels in a resize",
                    std::to_string(side));
}

}  // namespace

std::string_view text(Method method) {
  switch (method) {
    case Method::nearest: return "nearest";
    case Method::box: return "box";
    case Method::bilinear: return "bilinear";
    case Method::hamming: return "hamming";
    case Method::bicubic: return "bicubic";
    case Method::lanczos: return "lanczos";
    case Method::area: return "area";
  }
  return "";
}

std::string_view text(Library library) {
  switch (library) {
    case Library::pil: return "pil";
    case Library::pil12: return "pil12";
    case Library::opencv: return "opencv";
    case Library::tf: return "tf";
    case Library::tf_legacy: return "tf-legacy";
    case Library::tf_align: return "tf-align";
  }
  return "";
}

bool supports(Library library, Method method) {
  if (method == Method::nearest || method == Method::bilinear || method == Method::bicubic) return true;
  return method == Method::area ? library == Library::opencv : library == Library::pil || library == Library::pil12;
}

FloatImage to_float(const Image& image) {
  return {image.width, image.height, image.channels, {image.pixels.begin(), image.pixels.end()}};
}

Result<Picture> resize(const Picture& picture, std::int64_t width, std::int64_t height, Method method,
                       Library library) {
  check(supports(library, method), "a resize method that the library has");
  DLAS_TRY(check_sides(width, height));
  const auto [w, h] = std::visit([](const auto& p) { return std::pair(p.width, p.height); }, picture);
  for (const std::int64_t side : {width, height, std::int64_t{w}, std::int64_t{h}}) DLAS_TRY(check_length(side));
  const auto out_w = static_cast<int>(width), out_h = static_cast<int>(height);
  const Image* bytes = std::get_if<Image>(&picture);
  // Two passes: the picture between them is out_w x h (or w x out_h).
  DLAS_TRY(check_sides(out_w, h));
  DLAS_TRY(check_sides(w, out_h));
  if (library == Library::pil || library == Library::pil12 || library == Library::opencv) {
    if (!bytes)
      return make_error(Code::type, "bytes for a resize by " + std::string(text(library)), "real numbers")
          .try_this("put this resize before scale, shift, mean, std, norm and any resize by tf");
    if (library == Library::opencv) return Picture(resize_opencv(*bytes, out_w, out_h, method));
    return Picture(resize_pillow(*bytes, out_w, out_h, method, library));
  }
  if (bytes) return Picture(resize_tensorflow(to_float(*bytes), out_w, out_h, method, library));
  return Picture(resize_tensorflow(std::get<FloatImage>(picture), out_w, out_h, method, library));
}

}  // namespace dlas::data
