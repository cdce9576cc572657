// JPEG by libjpeg-turbo, with the settings that Pillow leaves at their defaults: accurate integer DCT, smooth ("fancy")
// chroma upsampling, block smoothing. With these libjpeg-turbo 2.1.5 and the 3.2 inside Pillow 13 give equal pixels.
//
// libjpeg reports an error by a jump. All its calls are made from the plain functions below `guarded`, none of which holds
// an object with a destructor, so the jump skips nothing.
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE

#include <jerror.h>
#include <jpeglib.h>

#include <cstring>
#include <string>

#include "base/limits.h"
#include "data/image/codec.h"
#include "data/image/color.h"
#include "data/image/orient.h"

namespace dlas::data {
namespace {

// A scan costs time for every block, also when it has hardly a byte. Pictures get as many scans as keep
// scans x pixels below this multiple of the pixel limit; a usual progressive file has about ten.
constexpr std::uint64_t kScanWork = 20;

enum class Fault { none, library, scans };

struct Session {
  jpeg_decompress_struct jpeg;
  jpeg_error_mgr errors;
  jpeg_progress_mgr progress;
  std::jmp_buf jump;
  Fault fault;
  std::uint64_t most_scans;
  char message[JMSG_LENGTH_MAX];
  const unsigned char* data;
  unsigned long size;
  std::uint8_t* pixels;  // where `read_rows` writes
  std::size_t stride;
};

Session& session_of(j_common_ptr jpeg) { return *static_cast<Session*>(jpeg->client_data); }

[[noreturn]] void leave(j_common_ptr jpeg) {
  Session& s = session_of(jpeg);
  s.fault = Fault::library;
  jpeg->err->format_message(jpeg, s.message);
  std::longjmp(s.jump, 1);
}

// Warnings speak of damaged data; only the version number in the JFIF marker tells nothing about pixels.
void on_message(j_common_ptr jpeg, int level) {
  if (level < 0 && jpeg->err->msg_code != JWRN_JFIF_MAJOR) leave(jpeg);
}

void on_progress(j_common_ptr jpeg) {
  Session& s = session_of(jpeg);
  if (static_cast<std::uint64_t>(s.jpeg.input_scan_number) <= s.most_scans) return;
  s.fault = Fault::scans;
  std::longjmp(s.jump, 1);
}

// The only place where jumps land.
bool guarded(Session& s, void (*step)(Session&)) {
  if (setjmp(s.jump) != 0) return false;
  step(s);
  return true;
}

void read_header(Session& s) {
  jpeg_create_decompress(&s.jpeg);
  s.jpeg.progress = &s.progress;
  jpeg_mem_src(&s.jpeg, s.data, s.size);
  jpeg_save_markers(&s.jpeg, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header(&s.jpeg, TRUE);
}

void start(Session& s) { jpeg_start_decompress(&s.jpeg); }

void read_rows(Session& s) {
  while (s.jpeg.output_scanline < s.jpeg.output_height) {
    JSAMPROW row = s.pixels + s.jpeg.output_scanline * s.stride;
    jpeg_read_scanlines(&s.jpeg, &row, 1);
  }
  jpeg_finish_decompress(&s.jpeg);  // reads on to the end marker, so a missing tail is found
}

void finish(Session& s) { jpeg_destroy_decompress(&s.jpeg); }

struct Closer {
  Session& s;
  ~Closer() { guarded(s, finish); }
};

Error error_of(const Session& s) {
  if (s.fault == Fault::scans)
    return make_error(Code::limit, "at most " + std::to_string(s.most_scans) + " scans in a JPEG picture of this size",
                      "more");
  const int code = s.errors.msg_code;
  const bool early =
      code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JERR_INPUT_EOF || code == JERR_INPUT_EMPTY;
  return make_error(early ? Code::truncated : Code::format, "an undamaged JPEG picture", s.message);
}

// Every block needs at least one bit of Huffman code, so a small file cannot hold a large picture.
Status check_blocks(const Session& s) {
  std::uint64_t blocks = 0;
  for (int i = 0; i < s.jpeg.num_components; ++i) {
    const jpeg_component_info& c = s.jpeg.comp_info[i];
    blocks += std::uint64_t{c.width_in_blocks} * c.height_in_blocks;
  }
  if (blocks / 8 <= s.size) return {};
  return make_error(Code::truncated, "at least " + std::to_string(blocks / 8) + " bytes for its pixels",
                    std::to_string(s.size) + " bytes");
}

Status check_header(Session& s) {
  DLAS_TRY(check_sides(s.jpeg.image_width, s.jpeg.image_height));
  const int components = s.jpeg.num_components;
  if (components != 1 && components != 3 && components != 4)
    return make_error(Code::unsupported, "a JPEG picture of 1, 3 or 4 components", std::to_string(components));
  if (s.jpeg.arith_code) return make_error(Code::unsupported, "a JPEG picture in Huffman code", "arithmetic code");
  const std::uint64_t pixels = std::uint64_t{s.jpeg.image_width} * s.jpeg.image_height;
  s.most_scans = std::min(limits().jpeg_scans, std::max<std::uint64_t>(1, kScanWork * limits().image_pixels / pixels));
  return check_blocks(s);
}

// A component that no scan names would come out grey. libjpeg gives it no quantisation table, and no coefficient.
Status check_components(const Session& s) {
  for (int i = 0; i < s.jpeg.num_components; ++i) {
    const bool begun = !s.jpeg.coef_bits || s.jpeg.coef_bits[i][0] >= 0;
    if (begun && s.jpeg.comp_info[i].quant_table) continue;
    return make_error(Code::truncated, "a scan for each component of the JPEG picture",
                      "none for component " + std::to_string(i + 1));
  }
  return {};
}

int orientation_of(const Session& s) {
  constexpr std::string_view kExif("Exif\0\0", 6), kXmp("http://ns.adobe.com/xap/1.0/\0", 29);
  int exif = 0, xmp = 0;
  for (const jpeg_marker_struct* m = s.jpeg.marker_list; m; m = m->next) {
    const std::string_view data(reinterpret_cast<const char*>(m->data), m->data_length);
    if (exif == 0 && data.starts_with(kExif))
      exif = exif_orientation(std::as_bytes(std::span(m->data, m->data_length)).subspan(kExif.size()));
    if (xmp == 0 && data.starts_with(kXmp)) xmp = xmp_orientation(data.substr(kXmp.size()));
  }
  return exif ? exif : xmp;
}

Result<Image> read_pixels(Session& s) {
  const int stored = s.jpeg.num_components;
  s.jpeg.out_color_space = stored == 1 ? JCS_GRAYSCALE : stored == 3 ? JCS_RGB : JCS_CMYK;
  if (!guarded(s, start)) return error_of(s);
  DLAS_TRY(check_components(s));
  DLAS_ASSIGN(Image image, make_image(s.jpeg.image_width, s.jpeg.image_height, stored == 1 ? 1 : 3));
  std::vector<std::uint8_t> inks;
  if (stored == 4) inks.resize(image.pixels.size() / 3 * 4);
  s.pixels = stored == 4 ? inks.data() : image.pixels.data();
  s.stride = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(stored);
  if (!guarded(s, read_rows)) return error_of(s);
  for (std::uint8_t& ink : inks) ink = static_cast<std::uint8_t>(255 - ink);
  if (stored == 4) cmyk_to_rgb(inks.data(), image.pixels.data(), inks.size() / 4);
  return image;
}

}  // namespace

Result<Decoded> decode_jpeg(Bytes bytes) {
  Session s;
  std::memset(static_cast<void*>(&s), 0, sizeof s);
  s.jpeg.err = jpeg_std_error(&s.errors);
  s.jpeg.client_data = &s;
  s.errors.error_exit = leave;
  s.errors.emit_message = on_message;
  s.progress.progress_monitor = on_progress;
  s.most_scans = limits().jpeg_scans;
  s.data = reinterpret_cast<const unsigned char*>(bytes.data());
  s.size = bytes.size();
  const Closer closer{s};
  if (!guarded(s, read_header)) return error_of(s);
  DLAS_TRY(check_header(s));
  Decoded out;
  out.orientation = orientation_of(s);  // reading the pixels frees the markers
  DLAS_ASSIGN(out.image, read_pixels(s));
  return out;
}

}  // namespace dlas::data
