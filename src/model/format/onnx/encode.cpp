#include "model/format/onnx/encode.h"

#include <bit>

#include "model/format/protobuf/wire.h"

namespace dlas::onnx {

using protobuf::WireType;

std::string& Encoder::tail() {
  if (pieces_.empty() || !pieces_.back().foreign.empty()) pieces_.emplace_back();
  return pieces_.back().own;
}

void Encoder::varint(std::uint64_t value) {
  std::string& out = tail();
  const std::size_t before = out.size();
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  out += static_cast<char>(value);
  size_ += out.size() - before;
}

void Encoder::key(std::uint32_t field, unsigned type) { varint(std::uint64_t{field} << 3 | type); }

Encoder& Encoder::integer(std::uint32_t field, std::int64_t value) {
  key(field, static_cast<unsigned>(WireType::varint));
  varint(static_cast<std::uint64_t>(value));
  return *this;
}

Encoder& Encoder::real(std::uint32_t field, float value) {
  key(field, static_cast<unsigned>(WireType::fixed32));
  const auto word = std::bit_cast<std::uint32_t>(value);
  for (unsigned i = 0; i < 4; ++i) tail() += static_cast<char>(word >> (8 * i));
  size_ += 4;
  return *this;
}

Encoder& Encoder::text(std::uint32_t field, std::string_view value) {
  key(field, static_cast<unsigned>(WireType::bytes));
  varint(value.size());
  tail() += value;
  size_ += value.size();
  return *this;
}

Encoder& Encoder::view(std::uint32_t field, std::span<const std::byte> value) {
  key(field, static_cast<unsigned>(WireType::bytes));
  varint(value.size());
  if (!value.empty()) pieces_.push_back({{}, value});
  size_ += value.size();
  return *this;
}

Encoder& Encoder::message(std::uint32_t field, Encoder value) {
  key(field, static_cast<unsigned>(WireType::bytes));
  varint(value.size_);
  for (Piece& piece : value.pieces_) {
    if (piece.foreign.empty()) tail() += piece.own;
    else pieces_.push_back(std::move(piece));
  }
  size_ += value.size_;
  return *this;
}

std::string Encoder::bytes() const {
  std::string out;
  out.reserve(size_);
  for (const Piece& piece : pieces_) {
    out += piece.own;
    out.append(reinterpret_cast<const char*>(piece.foreign.data()), piece.foreign.size());
  }
  return out;
}

}  // namespace dlas::onnx
