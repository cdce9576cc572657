#include "model/format/patch/onnx_tensor.h"

#include <algorithm>
#include <array>
#include <bit>

#include "model/format/onnx/encode_graph.h"
#include "model/format/onnx/proto.h"
#include "model/format/patch/pieces.h"

namespace dlas::patch {
namespace {

using onnx::Message;

// Field numbers: onnx.proto of ONNX 1.23.
constexpr std::uint32_t kDims = 1, kDataType = 2, kFloats = 4, kRaw = 9, kDoubles = 10, kExternal = 13, kLocation = 14;
constexpr std::array<std::uint32_t, 6> kTyped = {kFloats, 5, 7, kDoubles, 11, kRaw};
constexpr std::uint32_t kNodeInput = 1, kNodeAttribute = 5, kAttributeName = 1;
// What an AttributeProto can hold: f, i, s, t, g and the lists; `type` says which.
constexpr std::array<std::uint32_t, 11> kContents = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20};

std::string_view chars(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool holds(std::span<const std::uint32_t> numbers, std::uint32_t number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

// The field in which the content goes: packed floats are the tensor's own bytes.
std::uint32_t field_for(const std::vector<Piece>& all, const Tensor& tensor) {
  for (const Piece& p : all) {
    if (p.number == kFloats && p.bytes && tensor.dtype() == DType::f32) return kFloats;
    if (p.number == kDoubles && p.bytes && tensor.dtype() == DType::f64) return kDoubles;
  }
  return kRaw;
}

std::string name_of(const Piece& attribute) {
  const auto parsed = onnx::parse_attribute(attribute.body);
  return parsed.ok() ? std::string(parsed->name) : std::string();
}

bool packed(const std::vector<Piece>& all, std::uint32_t number) {
  const auto it = std::ranges::find(all, number, &Piece::number);
  return it != all.end() && it->bytes;
}

std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  return out + static_cast<char>(value);
}

// A list of numbers in the packed form, when the file has it so.
std::string packed_list(const AttributeValue& value) {
  std::string content;
  if (const auto* ints = std::get_if<std::vector<std::int64_t>>(&value))
    for (const std::int64_t i : *ints) content += varint(static_cast<std::uint64_t>(i));
  if (const auto* floats = std::get_if<std::vector<double>>(&value))
    for (const double f : *floats) {
      const auto word = std::bit_cast<std::uint32_t>(static_cast<float>(f));
      for (unsigned i = 0; i < 4; ++i) content += static_cast<char>(word >> (8 * i));
    }
  return content;
}

// The AttributeProto with another value: fields that say no value (name, doc_string, unknown ones) stay where they are, and those
// that do are written where the first of them stood, but for `type`, which keeps its place.
Result<std::string> attribute_with(Message proto, const NamedAttribute& attribute) {
  DLAS_ASSIGN(const auto old, pieces(proto));
  const std::string fresh = onnx::attribute_message(attribute).bytes();
  DLAS_ASSIGN(const auto all, pieces({fresh, 0}));
  std::string content, type;
  const bool ints = std::holds_alternative<std::vector<std::int64_t>>(attribute.value);
  const bool floats = std::holds_alternative<std::vector<double>>(attribute.value);
  const std::uint32_t list = ints ? 8 : 7;
  if ((ints || floats) && packed(old, list)) content = framed(list, packed_list(attribute.value));
  else
    for (const Piece& p : all)
      if (p.number != kAttributeName && p.number != 20) content += p.whole;
  for (const Piece& p : all)
    if (p.number == 20) type = p.whole;
  std::string out;
  bool written = false, typed = false;
  for (const Piece& p : old) {
    if (p.number == 20) {
      out += typed ? "" : type;
      typed = true;
    } else if (holds(kContents, p.number)) {
      out += written ? "" : content;
      written = true;
    } else {
      out += p.whole;
    }
  }
  return out + (written ? "" : content) + (typed ? "" : type);
}

}  // namespace

Result<std::string> tensor_with(Message proto, const Tensor& tensor) {
  DLAS_ASSIGN(const auto old, pieces(proto));
  const std::string fresh = onnx::tensor_message("", tensor).bytes();
  DLAS_ASSIGN(const auto parsed, onnx::parse_tensor(proto));
  const bool same_shape = parsed.dims == tensor.shape();
  const bool same_type = parsed.data_type == onnx::data_type_of(tensor.dtype());
  const std::uint32_t where = same_type ? field_for(old, tensor) : kRaw;
  const std::string content = framed(where, chars(tensor.bytes()));
  std::string dims, type, out;
  DLAS_ASSIGN(const auto all, pieces({fresh, 0}));
  for (const Piece& p : all) {
    if (p.number == kDims) dims += p.whole;
    if (p.number == kDataType) type += p.whole;
  }
  bool written = false, sized = same_shape;
  if (!same_shape && std::ranges::find(old, kDims, &Piece::number) == old.end()) {
    out += dims;
    sized = true;
  }
  for (const Piece& p : old) {
    if (p.number == kDims && !same_shape) {
      out += sized ? "" : dims;
      sized = true;
    } else if (p.number == kDataType && !same_type) {
      out += type;
    } else if (holds(kTyped, p.number)) {
      out += written ? "" : content;
      written = true;
    } else if (p.number != kExternal && p.number != kLocation) {
      out += p.whole;
    }
  }
  return written ? out : out + content;
}

Result<std::string> node_with(Message proto, const NamedAttribute& attribute) {
  DLAS_ASSIGN(const auto old, pieces(proto));
  std::string out;
  const std::string added = framed(kNodeAttribute, onnx::attribute_message(attribute).bytes());
  std::size_t last = old.size();
  bool there = false;
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (old[i].number != kNodeAttribute) continue;
    last = i;
    there = there || name_of(old[i]) == attribute.name;
  }
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (old[i].number == kNodeAttribute && name_of(old[i]) == attribute.name) {
      DLAS_ASSIGN(const std::string content, attribute_with(old[i].body, attribute));
      out += framed(kNodeAttribute, content);
    } else {
      out += old[i].whole;
    }
    if (i == last && !there) out += added;
  }
  return last == old.size() ? out + added : out;
}

Result<std::string> node_without(Message proto, std::string_view attribute) {
  DLAS_ASSIGN(const auto old, pieces(proto));
  std::string out;
  for (const Piece& p : old)
    if (p.number != kNodeAttribute || name_of(p) != attribute) out += p.whole;
  return out;
}

Result<std::string> node_reading(Message proto, const std::vector<std::string>& inputs) {
  DLAS_ASSIGN(const auto old, pieces(proto));
  std::string out;
  std::size_t next = 0;
  const auto rest = [&] {
    for (; next < inputs.size(); ++next) out += framed(kNodeInput, inputs[next]);
  };
  std::size_t last = old.size();
  for (std::size_t i = 0; i < old.size(); ++i)
    if (old[i].number == kNodeInput) last = i;
  if (last == old.size()) rest();
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (old[i].number != kNodeInput) out += old[i].whole;
    else if (next < inputs.size()) {
      out += old[i].body.bytes == inputs[next] ? std::string(old[i].whole) : framed(kNodeInput, inputs[next]);
      ++next;
    }
    if (i == last) rest();
  }
  return out;
}

}  // namespace dlas::patch
