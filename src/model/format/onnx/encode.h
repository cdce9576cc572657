// Writes the wire format of protocol buffers: a message is built field by field, and large content is not copied before the end.
// Source: as protobuf/wire.h, which reads it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dlas::onnx {

// A message under construction. Content given to add_view must outlive it.
class Encoder {
 public:
  Encoder& integer(std::uint32_t field, std::int64_t value);
  Encoder& real(std::uint32_t field, float value);
  Encoder& text(std::uint32_t field, std::string_view value);  // copied
  Encoder& view(std::uint32_t field, std::span<const std::byte> value);
  Encoder& message(std::uint32_t field, Encoder value);

  std::uint64_t size() const { return size_; }
  std::string bytes() const;

 private:
  struct Piece {
    std::string own;
    std::span<const std::byte> foreign;
  };
  std::string& tail();
  void key(std::uint32_t field, unsigned type);
  void varint(std::uint64_t value);

  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
};

}  // namespace dlas::onnx
