// The wire format of protocol buffers, read with bounds: a message is a run of fields, each a key and a payload.
//
// Nothing is copied: payloads are views into the file. Messages inside messages are handed out as bytes and read by
// whoever needs them, so reading is not recursive here.
// Source: the encoding page of protocol buffers: key = number << 3 | type; types 0 varint, 1 eight bytes, 2 length and
// bytes, 5 four bytes; 3 and 4 (groups) do not occur in the files of ONNX and TensorFlow.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas::protobuf {

// Bytes that the lists of one file may still take in memory: an empty entry of a list is two bytes in the file and a hundred here.
struct Room {
  std::uint64_t left = 0;
};

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct Field {
  std::uint32_t number = 0;
  WireType type = WireType::varint;
  std::uint64_t number_value = 0;  // of varint and the fixed types
  std::string_view bytes;          // of bytes
  std::uint64_t offset = 0;        // of the payload, in the file
  Room* room = nullptr;            // of the message
};

// Bytes of a message and where they begin in the file.
struct Message {
  std::string_view bytes;
  std::uint64_t offset = 0;
  Room* room = nullptr;  // none: no budget
};

// Takes memory for what `field` adds to a list.  Errors: limit.
Status take(const Field& field, std::uint64_t bytes);

// Walks the fields of one message:  while (true) { DLAS_ASSIGN(const bool more, fields.next(f)); if (!more) break; ... }
class Fields {
 public:
  explicit Fields(Message message) : message_(message) {}
  // False at the end. Errors: truncated, format; with the offset.
  Result<bool> next(Field& field);

 private:
  Result<std::uint64_t> varint();
  Result<std::uint64_t> fixed(std::size_t width);
  Error cut_off(std::string_view expected) const;

  Message message_;
  std::size_t at_ = 0;
};

// Calls `read` for each field; its errors end the walk.
template <typename Read>
Status each_field(Message message, Read&& read) {
  Fields fields(message);
  Field field;
  while (true) {
    DLAS_ASSIGN(const bool more, fields.next(field));
    if (!more) return {};
    DLAS_TRY(read(field));
  }
}

// A repeated number, packed or not: appends what `field` holds. Errors: another wire type, a cut-off element.
Status append_varints(const Field& field, std::vector<std::int64_t>& out);
// The same without reading them: a packed run, or one number.
struct Varints {
  std::string_view packed;  // empty: one number
  std::int64_t one = 0;
  std::uint64_t offset = 0;

  std::uint64_t count() const;
};
Status keep_varints(const Field& field, std::vector<Varints>& out);
// Reads the number at `at` of a run and moves behind it.
Result<std::int64_t> next_varint(const Varints& run, std::size_t& at);
Status append_floats(const Field& field, std::vector<float>& out);
Status append_doubles(const Field& field, std::vector<double>& out);

// The payload of a field that must be bytes or a message, or a whole number.
Result<Message> message_of(const Field& field);
Result<std::string_view> text_of(const Field& field);
Result<std::int64_t> integer_of(const Field& field);
Result<float> float_of(const Field& field);

}  // namespace dlas::protobuf
