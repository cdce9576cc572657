#include "base/archive/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/limits.h"

namespace dlas {
namespace {

constexpr int kGzip = 15 + 16, kBare = -15;  // zlib's window bits
constexpr std::size_t kStep = 1 << 20;

class Stream {
 public:
  Stream(std::span<const std::byte> bytes, int window) : rest_(bytes) { ready_ = inflateInit2(&z_, window) == Z_OK; }
  ~Stream() {
    if (ready_) inflateEnd(&z_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // One member, appended to `out`, which may reach `most` bytes.
  Status run(std::string& out, std::uint64_t most) {
    if (!ready_) return make_error(Code::internal, "memory for zlib", "none");
    for (int status = Z_OK; status != Z_STREAM_END;) {
      feed();
      const std::size_t before = out.size();
      const std::size_t room = std::min<std::uint64_t>(kStep, most + 1 - before);  // one more shows that it is too long
      out.resize(before + room);
      z_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      z_.avail_out = static_cast<uInt>(room);
      status = inflate(&z_, Z_NO_FLUSH);
      out.erase(before + room - std::min<std::size_t>(z_.avail_out, room));
      if (out.size() > most)
        return make_error(Code::limit, "at most " + std::to_string(most) + " inflated bytes", "more");
      if (status == Z_BUF_ERROR || (status == Z_OK && z_.avail_in == 0 && rest_.empty() && z_.avail_out != 0))
        return make_error(Code::truncated, "a whole compressed stream", "its end is missing");
      if (status != Z_OK && status != Z_STREAM_END)
        return make_error(Code::format, "a compressed stream", z_.msg ? z_.msg : "a preset dictionary");
    }
    return {};
  }
  std::size_t left() const { return z_.avail_in + rest_.size(); }
  // For the next member of a gzip file.
  void restart() { inflateReset(&z_); }

 private:
  void feed() {
    if (z_.avail_in != 0 || rest_.empty()) return;
    const std::size_t n = std::min<std::size_t>(rest_.size(), std::numeric_limits<uInt>::max());
    z_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(rest_.data()));
    z_.avail_in = static_cast<uInt>(n);
    rest_ = rest_.subspan(n);
  }
  z_stream z_ = {};
  std::span<const std::byte> rest_;
  bool ready_ = false;
};

}  // namespace

bool is_gzip(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

Result<std::string> gunzip(std::span<const std::byte> bytes) {
  std::string out;
  Stream stream(bytes, kGzip);
  while (true) {
    DLAS_TRY(stream.run(out, limits().inflated_bytes));
    if (stream.left() == 0) return out;
    stream.restart();
  }
}

Result<std::string> inflate_exactly(std::span<const std::byte> bytes, std::uint64_t size) {
  if (size > limits().inflated_bytes)
    return make_error(Code::limit, "at most " + std::to_string(limits().inflated_bytes) + " inflated bytes",
                      std::to_string(size));
  if (size / limits().inflate_ratio > bytes.size())
    return make_error(Code::format, "a size that deflate can reach from " + std::to_string(bytes.size()) + " bytes",
                      std::to_string(size));
  std::string out;
  Stream stream(bytes, kBare);
  DLAS_TRY(stream.run(out, size));
  if (out.size() != size)
    return make_error(Code::mismatch, std::to_string(size) + " inflated bytes", std::to_string(out.size()));
  if (stream.left() != 0)
    return make_error(Code::format, "the end of the compressed stream", std::to_string(stream.left()) + " bytes more");
  return out;
}

}  // namespace dlas
