#include "model/format/patch/pieces.h"

#include "model/format/onnx/encode.h"

namespace dlas::patch {
namespace {

constexpr int kBytes = 2, kVarint = 0, kEightBytes = 1;  // wire types

// Where the field ends, by its type.
std::size_t end_of(const onnx::Field& field, const onnx::Message& message) {
  std::size_t at = field.offset - message.offset;
  const int type = static_cast<int>(field.type);
  if (type == kBytes) return at + field.bytes.size();
  if (type != kVarint) return at + (type == kEightBytes ? 8 : 4);
  while (static_cast<unsigned char>(message.bytes[at]) >= 0x80) ++at;
  return at + 1;
}

}  // namespace

Result<std::vector<Piece>> pieces(onnx::Message message) {
  std::vector<Piece> out;
  onnx::Fields fields(message);
  onnx::Field field;
  std::size_t end = 0;
  while (true) {
    const std::size_t start = end;
    DLAS_ASSIGN(const bool more, fields.next(field));
    if (!more) return out;
    end = end_of(field, message);
    Piece piece;
    piece.number = field.number;
    piece.whole = message.bytes.substr(start, end - start);
    piece.bytes = static_cast<int>(field.type) == kBytes;
    if (piece.bytes) piece.body = {field.bytes, field.offset, message.room};
    out.push_back(piece);
  }
}

std::string framed(std::uint32_t number, std::string_view content) {
  return onnx::Encoder().text(number, content).bytes();
}

}  // namespace dlas::patch
