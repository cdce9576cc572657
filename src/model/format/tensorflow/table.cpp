#include "model/format/tensorflow/table.h"

#include <fmt/format.h>

#include "base/checked.h"
#include "base/limits.h"
#include "model/format/tensorflow/crc32c.h"

namespace dlas::tensorflow {
namespace {

constexpr std::uint64_t kMagic = 0xDB4775248B80FB57U;
constexpr std::size_t kFooter = 48, kTrailer = 5, kWord = 4;

std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

// Bytes and where they begin in the file.
struct Part {
  std::string_view bytes;
  std::uint64_t offset = 0;
  std::size_t at = 0;

  bool done() const { return at >= bytes.size(); }
  Result<std::uint64_t> number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (done()) break;
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      if (shift == 63 && byte > 1) break;
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    return make_error(Code::format, "a whole number of at most 64 bits", "another one").at(offset + at);
  }
  Result<std::string_view> take(std::uint64_t size) {
    if (size > bytes.size() - at)
      return make_error(Code::truncated, fmt::format("{} bytes", size), fmt::format("{}", bytes.size() - at))
          .at(offset + at);
    const std::string_view out = bytes.substr(at, size);
    at += size;
    return out;
  }
};

struct Handle {
  std::uint64_t offset = 0, size = 0;
};

Result<Handle> handle_of(Part& part) {
  Handle h;
  DLAS_ASSIGN(h.offset, part.number());
  DLAS_ASSIGN(h.size, part.number());
  return h;
}

// The entries of a block, without the list of places where keys are whole.
Result<Part> block(std::string_view file, const Handle& h, bool checked) {
  if (!range_fits(h.offset, h.size, file.size()) || file.size() - h.offset - h.size < kTrailer)
    return make_error(Code::truncated, fmt::format("a block of {} bytes and its checksum", h.size),
                      fmt::format("a file of {} bytes", file.size()))
        .at(h.offset);
  const std::string_view bytes = file.substr(h.offset, h.size);
  const std::string_view trailer = file.substr(h.offset + h.size, kTrailer);
  const auto stored = static_cast<std::uint32_t>(little_endian(trailer, 1, kWord));
  if (const std::uint32_t found = crc32c(trailer.substr(0, 1), crc32c(bytes)); checked && found != unmasked(stored))
    return make_error(Code::format, fmt::format("a block with the checksum {:08x}", unmasked(stored)),
                      fmt::format("{:08x}", found))
        .at(h.offset);
  if (trailer[0] != 0)
    return make_error(Code::unsupported, "a block without compression",
                      fmt::format("compression {}", static_cast<int>(trailer[0])))
        .at(h.offset);
  if (bytes.size() < kWord) return make_error(Code::format, "a block of at least 4 bytes", "less").at(h.offset);
  const std::uint64_t restarts = little_endian(bytes, bytes.size() - kWord, kWord);
  if (restarts > bytes.size() / kWord - 1)
    return make_error(Code::format, fmt::format("{} places in the block", restarts), "less").at(h.offset);
  return Part{bytes.substr(0, bytes.size() - kWord * (restarts + 1)), h.offset};
}

// Moves to the next entry; `key` holds that of the entry before.
Result<std::string_view> next(Part& part, std::string& key) {
  const std::uint64_t start = part.offset + part.at;
  DLAS_ASSIGN(const std::uint64_t shared, part.number());
  DLAS_ASSIGN(const std::uint64_t rest, part.number());
  DLAS_ASSIGN(const std::uint64_t size, part.number());
  DLAS_ASSIGN(const std::string_view tail, part.take(rest));
  if (shared > key.size())
    return make_error(Code::format, fmt::format("at most {} bytes of the key before", key.size()),
                      fmt::format("{}", shared))
        .at(start);
  if (shared + rest > limits().name_bytes)
    return make_error(Code::limit, fmt::format("names of at most {} bytes", limits().name_bytes), "a longer one")
        .at(start);
  key.resize(shared);
  key += tail;
  return part.take(size);
}

struct Table {
  std::vector<TableEntry> entries;
  std::uint64_t room = 0;

  Status add(const std::string& key, std::string_view value, std::uint64_t offset) {
    const std::uint64_t bytes = sizeof(TableEntry) + key.size();
    if (bytes > room) return make_error(Code::limit, "keys that take no more than twice the file", "more").at(offset);
    room -= bytes;
    if (!entries.empty() && entries.back().key >= key)
      return make_error(Code::format, "keys in ascending order",
                        fmt::format("'{}' behind '{}'", key, entries.back().key))
          .at(offset);
    entries.push_back({key, value, offset});
    return {};
  }
};

Status read_block(std::string_view file, const Handle& h, bool checked, Table& table) {
  DLAS_ASSIGN(Part part, block(file, h, checked));
  std::string key;
  while (!part.done()) {
    DLAS_ASSIGN(const std::string_view value, next(part, key));
    DLAS_TRY(table.add(key, value, part.offset + part.at - value.size()));
  }
  return {};
}

Result<Handle> index_handle(std::string_view bytes) {
  if (bytes.size() < kFooter)
    return make_error(Code::truncated, fmt::format("at least {} bytes", kFooter), fmt::format("{}", bytes.size()));
  const std::uint64_t start = bytes.size() - kFooter;
  if (little_endian(bytes, bytes.size() - 8, 8) != kMagic)
    return make_error(Code::format, "the last bytes of a table", "others").at(bytes.size() - 8);
  Part footer{bytes.substr(start, kFooter - 8), start};
  DLAS_ASSIGN(const Handle meta, handle_of(footer));
  static_cast<void>(meta);
  return handle_of(footer);
}

}  // namespace

// Data blocks stand one behind the other, so that no byte is read twice however many places the index names.
Result<std::vector<TableEntry>> read_table(std::string_view bytes, bool checked) {
  DLAS_ASSIGN(const Handle index, index_handle(bytes));
  DLAS_ASSIGN(Part part, block(bytes, index, checked));
  Table table;
  table.room = limits().parsed_bytes + 2 * bytes.size();
  std::string key;
  std::uint64_t end = 0;
  while (!part.done()) {
    const std::uint64_t place = part.offset + part.at;
    DLAS_ASSIGN(const std::string_view value, next(part, key));
    Part text{value, place};
    DLAS_ASSIGN(const Handle h, handle_of(text));
    if (h.offset < end) return make_error(Code::format, "blocks one behind the other", "one that overlaps").at(place);
    DLAS_TRY(read_block(bytes, h, checked, table));
    end = h.offset + h.size;
  }
  return std::move(table.entries);
}

}  // namespace dlas::tensorflow
