#include "data/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <set>

#include "base/archive/zip.h"
#include "base/checked.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"

namespace dlas::data {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written in the machine's order");

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kLongestHeader = 1 << 16;  // NumPy itself refuses more than 10,000 unless told to trust the file

struct TypeCode {
  std::string_view code;  // without the byte order
  DType dtype;
};
constexpr std::array<TypeCode, 12> kTypes = {{{"b1", DType::boolean},
                                              {"f2", DType::f16},
                                              {"f4", DType::f32},
                                              {"f8", DType::f64},
                                              {"i1", DType::i8},
                                              {"i2", DType::i16},
                                              {"i4", DType::i32},
                                              {"i8", DType::i64},
                                              {"u1", DType::u8},
                                              {"u2", DType::u16},
                                              {"u4", DType::u32},
                                              {"u8", DType::u64}}};

struct Header {
  DType dtype = DType::none;
  bool big_endian = false, fortran = false;
  Shape shape;
};

// The header is a Python dictionary as text: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }. Keys in any order.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : rest_(text) {}

  Result<Header> parse() {
    Header out;
    if (!take("{")) return wrong("'{'");
    bool descr = false, order = false, shape = false;
    while (!take("}")) {
      const auto key = quoted();
      if (!key || !take(":")) return wrong("a key in quotes and ':'");
      if (*key == "descr" && !descr) DLAS_TRY(parse_descr(out));
      else if (*key == "fortran_order" && !order) DLAS_TRY(parse_order(out));
      else if (*key == "shape" && !shape) DLAS_TRY(parse_shape(out));
      else return make_error(Code::format, "the keys descr, fortran_order and shape, each once", *key);
      descr = descr || *key == "descr", order = order || *key == "fortran_order", shape = shape || *key == "shape";
      if (!take(",") && peek() != '}') return wrong("',' or '}'");
    }
    skip_space();
    if (!rest_.empty() || !descr || !order || !shape)
      return make_error(Code::format, "a header with descr, fortran_order and shape", "another one");
    return out;
  }

 private:
  Error wrong(std::string_view expected) const {
    return make_error(Code::format, std::string(expected) + " in the array's header",
                      rest_.empty() ? "its end" : rest_.substr(0, 20));
  }
  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
  }
  char peek() {
    skip_space();
    return rest_.empty() ? '\0' : rest_[0];
  }
  bool take(std::string_view token) {
    skip_space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  std::optional<std::string> quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') return std::nullopt;
    const std::size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string out(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return out;
  }

  Status parse_descr(Header& out) {
    const auto descr = quoted();
    if (!descr) return make_error(Code::unsupported, "one plain element type", "a structure");
    const char order = descr->empty() ? '\0' : (*descr)[0];
    const std::string_view code = std::string_view(*descr).substr(std::min<std::size_t>(1, descr->size()));
    const auto found = std::ranges::find(kTypes, code, &TypeCode::code);
    if (found == kTypes.end() || (order != '<' && order != '>' && order != '|' && order != '='))
      return make_error(Code::unsupported, "bool, int, uint of 8 to 64 bits or float of 16 to 64",
                        "'" + std::string(*descr) + "'");
    out.dtype = found->dtype;
    out.big_endian = order == '>';
    return {};
  }
  Status parse_order(Header& out) {
    out.fortran = take("True");
    if (!out.fortran && !take("False")) return wrong("True or False");
    return {};
  }
  Status parse_shape(Header& out) {
    if (!take("(")) return wrong("'('");
    while (!take(")")) {
      peek();
      std::size_t digits = 0;
      while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') ++digits;
      const auto size = parse_int(rest_.substr(0, digits));
      if (!size) return wrong("a size of 63 bits");
      rest_.remove_prefix(digits);
      out.shape.push_back(*size);
      if (out.shape.size() > limits().rank)
        return make_error(Code::limit, "at most " + std::to_string(limits().rank) + " dimensions", "more");
      if (!take(",") && peek() != ')') return wrong("',' or ')'");
    }
    return {};
  }
  std::string_view rest_;
};

void swap_bytes(std::span<std::byte> bytes, std::size_t width) {
  for (std::size_t i = 0; i + width <= bytes.size(); i += width) std::reverse(&bytes[i], &bytes[i] + width);
}

// From column-major to row-major order.
void transpose(std::span<const std::byte> from, std::span<std::byte> to, const Shape& shape, std::size_t width) {
  Strides strides(shape.size());
  std::int64_t step = 1;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    strides[axis] = step;
    step *= shape[axis];
  }
  std::size_t at = 0;
  for (Walk<1> w(shape, {strides}); !w.done(); w.next(), at += width)
    std::memcpy(&to[at], &from[static_cast<std::size_t>(w.offset(0)) * width], width);
}

// The array's header and where its data begin.
Result<std::pair<Header, std::size_t>> read_header(std::span<const std::byte> bytes) {
  const std::string_view chars(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!chars.starts_with(kMagic.substr(0, chars.size())) || chars.empty())
    return make_error(Code::format, "a NumPy array", "another kind of file");
  if (chars.size() < 12)
    return make_error(Code::truncated, "a NumPy array's header", std::to_string(chars.size()) + " bytes");
  const int version = chars[6];
  if (version < 1 || version > 3)
    return make_error(Code::unsupported, "NumPy array format 1, 2 or 3", std::to_string(version)).at(6);
  const std::size_t width = version == 1 ? 2 : 4;
  std::size_t length = 0;
  for (std::size_t i = 0; i < width; ++i)
    length |= static_cast<std::size_t>(static_cast<unsigned char>(chars[8 + i])) << (8 * i);
  if (length > kLongestHeader)
    return make_error(Code::limit, "a header of at most " + std::to_string(kLongestHeader) + " bytes",
                      std::to_string(length))
        .at(8);
  const std::size_t begin = 8 + width;
  if (!range_fits(begin, length, chars.size()))
    return make_error(Code::truncated, "a header of " + std::to_string(length) + " bytes",
                      std::to_string(chars.size() - begin));
  DLAS_ASSIGN(Header header, HeaderParser(chars.substr(begin, length)).parse());
  return std::pair(std::move(header), begin + length);
}

bool bad_bool(const Tensor& t) {
  return t.dtype() == DType::boolean && std::ranges::any_of(t.bytes(), [](std::byte b) { return b > std::byte{1}; });
}

}  // namespace

Result<Tensor> parse_npy(std::span<const std::byte> bytes) {
  DLAS_ASSIGN(const auto found, read_header(bytes));
  const auto& [header, begin] = found;
  const auto size = byte_size(header.dtype, header.shape);
  if (!size) return make_error(Code::limit, "a shape whose size fits 63 bits", text(header.shape));
  const std::span<const std::byte> data = bytes.subspan(begin);
  if (data.size() != *size)
    return make_error(data.size() < *size ? Code::truncated : Code::mismatch,
                      fmt::format("{} bytes for {} {}", *size, text(header.dtype), text(header.shape)),
                      std::to_string(data.size()));
  DLAS_ASSIGN(Tensor out, Tensor::zeros(header.dtype, header.shape));
  const auto width = static_cast<std::size_t>(bits(header.dtype) / 8);
  if (header.fortran) transpose(data, out.mutable_bytes(), header.shape, width);
  else std::ranges::copy(data, out.mutable_bytes().begin());
  if (header.big_endian) swap_bytes(out.mutable_bytes(), width);
  if (bad_bool(out)) return make_error(Code::format, "bytes 0 and 1 in an array of bool", "others");
  return out;
}

Result<std::vector<NamedTensor>> parse_npz(std::span<const std::byte> bytes) {
  DLAS_ASSIGN(const std::vector<ZipMember> members, read_zip(bytes));
  std::vector<NamedTensor> out;
  std::set<std::string> names;
  std::uint64_t total = 0;
  for (const ZipMember& member : members) {
    std::string name = member.name;
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    const auto blame = [&](Error error) { return error.at_slot("array '" + name + "'"); };
    if (!names.insert(name).second) return blame(make_error(Code::mismatch, "each array once", "two of this name"));
    total += member.method == 0 ? 0 : member.size;  // stored ones cannot be larger than the file
    if (total > limits().inflated_bytes)
      return blame(make_error(Code::limit,
                              "at most " + std::to_string(limits().inflated_bytes) + " inflated bytes in all", "more"));
    std::string room;
    const auto unpacked = unpack(member, room);
    if (!unpacked.ok()) return blame(unpacked.error());
    auto tensor = parse_npy(*unpacked);
    if (!tensor.ok()) return blame(tensor.error());
    out.emplace_back(std::move(name), std::move(*tensor));
  }
  return out;
}

Result<std::vector<NamedTensor>> read_arrays(std::string_view path) {
  DLAS_ASSIGN(const File file, open_file(path));
  if (is_zip(file.bytes())) {
    auto arrays = parse_npz(file.bytes());
    if (!arrays.ok()) arrays.error().in(path);
    return arrays;
  }
  auto tensor = parse_npy(file.bytes());
  if (!tensor.ok()) return tensor.error().in(path);
  return std::vector<NamedTensor>{{"", std::move(*tensor)}};
}

std::string npy_bytes(const Tensor& tensor) {
  Tensor plain = is_packed(tensor.dtype()) ? tensor.widened() : tensor;
  if (tensor.dtype() == DType::bf16) {
    plain = Tensor::make(DType::f32, tensor.shape());
    for (std::int64_t i = 0; i < tensor.count(); ++i)
      plain.mutable_as<float>()[static_cast<std::size_t>(i)] = tensor.as<BFloat16>()[static_cast<std::size_t>(i)];
  }
  const auto type = std::ranges::find(kTypes, plain.dtype(), &TypeCode::dtype);
  check(type != kTypes.end(), "a tensor that NumPy can hold");
  std::string shape;
  for (const std::int64_t size : plain.shape()) shape += (shape.empty() ? "" : ", ") + std::to_string(size);
  if (plain.rank() == 1) shape += ",";
  std::string header = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}), }}",
                                   bits(plain.dtype()) == 8 ? "|" : "<", type->code, shape);
  // As NumPy: room for a first size of 21 digits, so that the file can grow in place; then the data begin at a multiple of 64.
  if (plain.rank()) header.append(21 - std::to_string(plain.dim(0)).size(), ' ');
  header.append(64 - (kMagic.size() + 4 + header.size() + 1) % 64, ' ');
  header += '\n';
  std::string out(kMagic);
  out += {'\1', '\0', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  out += header;
  out.append(reinterpret_cast<const char*>(plain.bytes().data()), plain.bytes().size());
  return out;
}

Result<std::string> npz_bytes(std::span<const NamedTensor> arrays) {
  std::vector<ZipEntry> entries;
  std::set<std::string_view> names;
  for (const auto& [name, tensor] : arrays) {
    constexpr std::size_t kLongest = 0xffff - 4;
    if (name.empty() || name.size() > kLongest)
      return make_error(Code::usage, "an array name of 1 to " + std::to_string(kLongest) + " bytes",
                        std::to_string(name.size()));
    if (!names.insert(name).second) return make_error(Code::usage, "each array once", "'" + name + "' twice");
    entries.push_back({name + ".npy", npy_bytes(tensor)});
  }
  return write_zip(entries);
}

Status write_npy(std::string_view path, const Tensor& tensor) { return write_file(path, npy_bytes(tensor)); }

Status write_npz(std::string_view path, std::span<const NamedTensor> arrays) {
  DLAS_ASSIGN(const std::string bytes, npz_bytes(arrays));
  return write_file(path, bytes);
}

}  // namespace dlas::data
