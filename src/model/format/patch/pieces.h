// A protobuf message as its fields, each with the bytes that the file has for it: what is not changed is written as it was.
#pragma once

#include <string>
#include <vector>

#include "model/format/onnx/proto.h"

namespace dlas::patch {

struct Piece {
  std::uint32_t number = 0;
  std::string_view whole;  // key, length and content
  onnx::Message body;      // content of a field of bytes; empty for numbers
  bool bytes = false;      // it is a field of bytes
};

// Errors: of the wire format.
Result<std::vector<Piece>> pieces(onnx::Message message);

// Key, length and content of a field of bytes.
std::string framed(std::uint32_t number, std::string_view content);

}  // namespace dlas::patch
