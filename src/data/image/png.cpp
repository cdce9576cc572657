// PNG by libpng 1.6. Every ancillary chunk but eXIf is skipped unread, so a compressed text cannot blow up.
//
// libpng reports an error by a jump; as in jpeg.cpp, its calls are made from functions without destructors.
#include <csetjmp>

#include <png.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/limits.h"
#include "data/image/codec.h"
#include "data/image/orient.h"

namespace dlas::data {
namespace {

struct Session {
  png_structp png;
  png_infop info;
  std::jmp_buf jump;
  char message[160];
  bool ended;  // libpng asked for more bytes than there are
  const std::byte* data;
  std::size_t size, position;
  png_uint_32 width, height;
  int depth, color, passes;
  std::size_t stride;    // bytes of a row as libpng delivers it
  std::uint8_t* pixels;  // height rows of `stride` bytes
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  Session& s = *static_cast<Session*>(png_get_error_ptr(png));
  std::strncpy(s.message, message, sizeof s.message - 1);
  std::longjmp(s.jump, 1);
}

void on_warning(png_structp, png_const_charp) {}  // about chunks that are skipped; faults of the data are errors

void on_read(png_structp png, png_bytep to, std::size_t length) {
  Session& s = *static_cast<Session*>(png_get_io_ptr(png));
  if (length > s.size - s.position) {
    s.ended = true;
    png_error(png, "the file ends too early");
  }
  std::memcpy(to, s.data + s.position, length);
  s.position += length;
}

bool guarded(Session& s, void (*step)(Session&)) {
  if (setjmp(s.jump) != 0) return false;
  step(s);
  return true;
}

void open(Session& s) {
  // Names of four letters and a zero each.
  static constexpr png_byte kSkipped[] =
      "bKGD\0cHRM\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0tRNS\0zTXt";
  s.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
  if (!s.png) return;
  s.info = png_create_info_struct(s.png);
  if (!s.info) return;
  png_set_read_fn(s.png, &s, on_read);
  png_set_keep_unknown_chunks(s.png, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
  png_set_keep_unknown_chunks(s.png, PNG_HANDLE_CHUNK_NEVER, kSkipped, sizeof kSkipped / 5);
  png_set_benign_errors(s.png, 0);
  png_set_user_limits(s.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_sides has its own
  png_set_chunk_malloc_max(s.png, 1 << 20);
  png_read_info(s.png, s.info);
  png_get_IHDR(s.png, s.info, &s.width, &s.height, &s.depth, &s.color, nullptr, nullptr, nullptr);
}

void prepare(Session& s) {
  if (s.color == PNG_COLOR_TYPE_PALETTE) png_set_packing(s.png);
  else if (s.color == PNG_COLOR_TYPE_GRAY && s.depth < 8) png_set_expand_gray_1_2_4_to_8(s.png);
  else if (s.color != PNG_COLOR_TYPE_GRAY && s.depth == 16) png_set_strip_16(s.png);
  if (s.color & PNG_COLOR_MASK_ALPHA) png_set_strip_alpha(s.png);
  s.passes = png_set_interlace_handling(s.png);
  png_read_update_info(s.png, s.info);
  s.stride = png_get_rowbytes(s.png, s.info);
}

void read_rows(Session& s) {
  for (int pass = 0; pass < s.passes; ++pass)
    for (std::size_t y = 0; y < s.height; ++y) png_read_row(s.png, s.pixels + y * s.stride, nullptr);
  png_read_end(s.png, nullptr);
}

struct Closer {
  Session& s;
  ~Closer() { png_destroy_read_struct(&s.png, &s.info, nullptr); }
};

Error error_of(const Session& s) {
  return make_error(s.ended ? Code::truncated : Code::format, "an undamaged PNG picture", s.message);
}

// Deflate makes at most 1032 bytes of one, so a small file cannot hold a large picture.
Status check_size(const Session& s) {
  const std::uint64_t packed = (std::uint64_t{s.width} * static_cast<unsigned>(png_get_channels(s.png, s.info)) *
                                    static_cast<unsigned>(s.depth) +
                                7) /
                               8;
  const std::uint64_t needed = packed * s.height / limits().inflate_ratio;
  if (needed <= s.size) return {};
  return make_error(Code::truncated, "at least " + std::to_string(needed) + " bytes for its pixels",
                    std::to_string(s.size) + " bytes");
}

// 16-bit grey of big-endian pairs to 8 bits, Pillow's way: what is above 255 becomes 255.
void clip_16(const std::vector<std::uint8_t>& pairs, std::vector<std::uint8_t>& out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = pairs[2 * i] ? 255 : pairs[2 * i + 1];
}

Status look_up(const Session& s, const std::vector<std::uint8_t>& indices, std::vector<std::uint8_t>& rgb) {
  png_colorp palette = nullptr;
  int colors = 0;
  if (!png_get_PLTE(s.png, s.info, &palette, &colors))
    return make_error(Code::format, "a palette in a PNG picture with indices", "none");
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= colors)
      return make_error(Code::format, "palette indices below " + std::to_string(colors), std::to_string(indices[i]));
    const png_color& color = palette[indices[i]];
    rgb[3 * i] = color.red, rgb[3 * i + 1] = color.green, rgb[3 * i + 2] = color.blue;
  }
  return {};
}

int orientation_of(const Session& s) {
  png_uint_32 size = 0;
  png_bytep exif = nullptr;
  if (!png_get_eXIf_1(s.png, s.info, &size, &exif)) return 1;
  return exif_orientation(std::as_bytes(std::span(exif, size)));
}

Result<Image> read_pixels(Session& s) {
  if (!guarded(s, prepare)) return error_of(s);
  const bool gray = !(s.color & PNG_COLOR_MASK_COLOR), palette = s.color == PNG_COLOR_TYPE_PALETTE;
  DLAS_ASSIGN(Image image, make_image(s.width, s.height, gray ? 1 : 3));
  std::vector<std::uint8_t> raw;
  const bool direct = s.stride == image.row_bytes();
  if (!direct) raw.resize(s.stride * s.height);
  s.pixels = direct ? image.pixels.data() : raw.data();
  if (!guarded(s, read_rows)) return error_of(s);
  if (palette) DLAS_TRY(look_up(s, raw, image.pixels));
  else if (!direct) clip_16(raw, image.pixels);
  return image;
}

}  // namespace

Result<Decoded> decode_png(Bytes bytes) {
  Session s;
  std::memset(static_cast<void*>(&s), 0, sizeof s);
  s.data = bytes.data();
  s.size = bytes.size();
  const Closer closer{s};
  if (!guarded(s, open)) return error_of(s);
  if (!s.png || !s.info) return make_error(Code::internal, "memory for libpng", "none");
  DLAS_TRY(check_sides(s.width, s.height));
  DLAS_TRY(check_size(s));
  Decoded out;
  DLAS_ASSIGN(out.image, read_pixels(s));
  out.orientation = orientation_of(s);
  return out;
}

}  // namespace dlas::data
