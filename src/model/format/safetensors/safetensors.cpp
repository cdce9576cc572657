#include "model/format/safetensors/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/checked.h"
#include "base/limits.h"
#include "model/format/torch/json_text.h"
#include "model/graph/verify.h"

namespace dlas::safetensors {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8, kLongestTable = 100'000'000;

struct Row {
  std::string_view name;
  DType dtype;
};
constexpr Row kTypes[] = {{"BOOL", DType::boolean}, {"U8", DType::u8},   {"I8", DType::i8},     {"I16", DType::i16},
                          {"U16", DType::u16},      {"F16", DType::f16}, {"BF16", DType::bf16}, {"I32", DType::i32},
                          {"U32", DType::u32},      {"F32", DType::f32}, {"F64", DType::f64},   {"I64", DType::i64},
                          {"U64", DType::u64}};

std::uint64_t table_length(std::span<const std::byte> bytes) {
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) length |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return length;
}

struct Entry {
  std::string name;
  DType dtype = DType::none;
  Shape shape;
  std::uint64_t begin = 0, end = 0;  // behind the table
};

Result<std::uint64_t> offset_of(const json& list, std::size_t i) {
  if (!list[i].is_number_unsigned()) return make_error(Code::format, "offsets of at least 0", "something else");
  return list[i].get<std::uint64_t>();
}

Result<Shape> shape_of(const json* list) {
  if (!list || !list->is_array()) return make_error(Code::format, "a list 'shape'", "something else");
  if (list->size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", list->size()));
  Shape out;
  for (const json& size : *list) {
    if (!size.is_number_unsigned() || size.get<std::uint64_t>() > std::uint64_t{1} << 62)
      return make_error(Code::format, "sizes of at least 0", "something else");
    out.push_back(size.get<std::int64_t>());
  }
  return out;
}

Result<Entry> entry_of(const std::string& name, const json& value) {
  Entry out;
  out.name = name;
  if (name.size() > limits().name_bytes)
    return make_error(Code::limit, fmt::format("a name of at most {} bytes", limits().name_bytes), "a longer one");
  DLAS_ASSIGN(const std::string type, torch::text_member(value, "dtype"));
  const auto row = std::ranges::find(kTypes, type, &Row::name);
  if (row == std::end(kTypes)) return make_error(Code::unsupported, "a type of integers, booleans or floats", type);
  out.dtype = row->dtype;
  DLAS_ASSIGN(out.shape, shape_of(torch::member(value, "shape")));
  const json* offsets = torch::member(value, "data_offsets");
  if (!offsets || !offsets->is_array() || offsets->size() != 2)
    return make_error(Code::format, "two 'data_offsets'", "something else");
  DLAS_ASSIGN(out.begin, offset_of(*offsets, 0));
  DLAS_ASSIGN(out.end, offset_of(*offsets, 1));
  const auto bytes = byte_size(out.dtype, out.shape);
  if (!bytes || out.end < out.begin || *bytes != out.end - out.begin)
    return make_error(Code::format, bytes ? fmt::format("{} bytes", *bytes) : "a size that fits 64 bits",
                      fmt::format("offsets {} to {}", out.begin, out.end));
  return out;
}

// The bytes of the tensors fill what is behind the table, without holes or overlaps.
Status check_filled(std::vector<Entry>& entries, std::uint64_t bytes) {
  std::ranges::sort(
      entries, [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t at = 0;
  for (const Entry& e : entries) {
    if (e.begin != at)
      return make_error(Code::format, fmt::format("tensors one after another, the next at {}", at),
                        fmt::format("'{}' at {}", e.name, e.begin));
    at = e.end;
  }
  if (at > bytes) return make_error(Code::truncated, fmt::format("{} bytes of tensors", at), fmt::format("{}", bytes));
  if (at < bytes) return make_error(Code::format, fmt::format("{} bytes of tensors", at), fmt::format("{}", bytes));
  return {};
}

Result<std::vector<Entry>> entries_of(const json& table) {
  std::vector<Entry> out;
  for (const auto& [name, value] : table.items()) {
    if (name == "__metadata__") continue;
    auto entry = entry_of(name, value);
    if (!entry.ok()) return entry.error().at_slot("tensor '" + name + "'");
    out.push_back(*std::move(entry));
  }
  return out;
}

void describe(const json& table, Graph& graph) {
  const json* metadata = torch::member(table, "__metadata__");
  if (!metadata || !metadata->is_object()) return;
  for (const auto& [key, value] : metadata->items())
    if (value.is_string()) graph.metadata["safetensors." + key] = value.get<std::string>();
}

Result<Graph> built(std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner, std::string_view path) {
  if (bytes.size() < kLengthBytes)
    return make_error(Code::truncated, "a safetensors file", fmt::format("{} bytes", bytes.size()));
  const std::uint64_t length = table_length(bytes);
  if (length > kLongestTable)
    return make_error(Code::limit, fmt::format("a table of at most {} bytes", kLongestTable),
                      fmt::format("{}", length));
  if (!range_fits(kLengthBytes, length, bytes.size()))
    return make_error(Code::truncated, fmt::format("a table of {} bytes", length), "the end of the file");
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
  DLAS_ASSIGN(const json table, torch::parse_json(text));
  if (!table.is_object()) return make_error(Code::format, "a table of tensors", "something else");
  DLAS_ASSIGN(std::vector<Entry> entries, entries_of(table));
  const std::uint64_t first = kLengthBytes + length;
  DLAS_TRY(check_filled(entries, bytes.size() - first));
  Graph graph;
  for (const Entry& e : entries) {
    DLAS_ASSIGN(Tensor tensor, Tensor::view(e.dtype, e.shape, bytes.subspan(first + e.begin, e.end - e.begin), owner));
    graph.add_constant(e.name, std::move(tensor), {std::string(path), e.name, first + e.begin, e.end - e.begin});
  }
  describe(table, graph);
  graph.notes.push_back({Severity::info, "", "tensors without an architecture: --weights gives them to one"});
  return graph;
}

}  // namespace

bool is_safetensors(std::span<const std::byte> bytes) {
  return bytes.size() > kLengthBytes && bytes[kLengthBytes] == std::byte{'{'} &&
         table_length(bytes) <= bytes.size() - kLengthBytes;
}

Result<Graph> read(std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner, std::string_view path) {
  auto graph = built(bytes, owner, path);
  if (!graph.ok()) return graph.error().in(path);
  if (auto status = verify(*graph); !status.ok()) return status.error().in(path);
  return graph;
}

Result<Graph> read(const File& file) { return read(file.bytes(), file.owner(), file.path()); }

}  // namespace dlas::safetensors
