#include "model/format/tensorflow/bundle.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>

#include "base/checked.h"
#include "base/file_hash.h"
#include "base/limits.h"
#include "model/format/tensorflow/crc32c.h"
#include "model/format/tensorflow/table.h"
#include "model/format/tensorflow/tensor.h"

namespace dlas::tensorflow {
namespace {

using protobuf::each_field;

constexpr std::string_view kIndex = "variables/variables.index";
constexpr std::int64_t kMostShards = 99'999;  // five digits of their names

Status set(std::int64_t& out, const Field& field) {
  DLAS_ASSIGN(out, integer_of(field));
  return {};
}

Status read_header(Message message, BundleIndex& out) {
  std::int64_t endianness = 0;
  DLAS_TRY(each_field(message, [&](const Field& f) -> Status {
    if (f.number == 1) return set(out.shards, f);
    return f.number == 2 ? set(endianness, f) : Status();
  }));
  if (endianness != 0) return make_error(Code::unsupported, "numbers with their little end first", "the big end");
  if (out.shards < 1 || out.shards > kMostShards)
    return make_error(Code::format, fmt::format("1 to {} shards", kMostShards), fmt::format("{}", out.shards));
  return {};
}

Result<BundleEntry> parse_entry(Message message) {
  BundleEntry out;
  const Status status = each_field(message, [&](const Field& f) -> Status {
    switch (f.number) {
      case 1: return set(out.dtype, f);
      case 2: {
        DLAS_ASSIGN(const Message shape, message_of(f));
        DLAS_ASSIGN(out.shape, parse_shape(shape));
        return {};
      }
      case 3: return set(out.shard, f);
      case 4: return set(out.offset, f);
      case 5: return set(out.size, f);
      case 6: out.checksum = static_cast<std::uint32_t>(f.number_value); return {};
      case 7: out.sliced = true; return {};
      default: return {};
    }
  });
  if (!status.ok()) return status.error();
  return out;
}

// Pages are given back as they are read, as for the hash of a file: what is only shown need not stay in memory.
std::uint32_t checksum_of(std::string_view bytes) {
  constexpr std::size_t kStep = std::size_t{1} << 23, kPage = 1 << 12;
  std::uint32_t crc = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kStep) {
    const std::string_view part = bytes.substr(at, kStep);
    crc = crc32c(part, crc);
    const auto begin = (reinterpret_cast<std::uintptr_t>(part.data()) + kPage - 1) / kPage * kPage;
    const auto end = reinterpret_cast<std::uintptr_t>(part.data() + part.size()) / kPage * kPage;
    if (part.size() == kStep) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return crc;
}

}  // namespace

Result<BundleIndex> read_bundle_index(std::string_view bytes, bool checked) {
  DLAS_ASSIGN(const auto table, read_table(bytes, checked));
  if (table.empty() || !table[0].key.empty())
    return make_error(Code::format, "a header with the empty key", table.empty() ? "no entry" : "none");
  BundleIndex out;
  Room room{limits().parsed_bytes + 2 * bytes.size()};
  DLAS_TRY(read_header({table[0].value, table[0].offset, &room}, out));
  for (std::size_t i = 1; i < table.size(); ++i) {
    DLAS_ASSIGN(BundleEntry entry, parse_entry({table[i].value, table[i].offset, &room}));
    out.entries.emplace_hint(out.entries.end(), table[i].key, std::move(entry));
  }
  return out;
}

Result<Bundle> Bundle::open(std::string folder) {
  Bundle out;
  out.folder_ = std::move(folder);
  DLAS_ASSIGN(out.file_, open_beneath(out.folder_, kIndex));
  auto index = read_bundle_index(out.file_.chars());
  if (!index.ok()) return index.error().in(out.file_.path());
  out.index_ = *std::move(index);
  return out;
}

Result<File> Bundle::shard(std::int64_t number) const {
  if (const auto it = open_.find(number); it != open_.end()) return it->second;
  if (number < 0 || number >= index_.shards)
    return make_error(Code::format, fmt::format("a shard below {}", index_.shards), fmt::format("{}", number));
  DLAS_ASSIGN(const File file,
              open_beneath(folder_, fmt::format("variables/variables.data-{:05}-of-{:05}", number, index_.shards)));
  return open_.emplace(number, file).first->second;
}

Result<Tensor> Bundle::tensor(std::string_view key, Provenance& origin) const {
  const auto it = index_.entries.find(key);
  if (it == index_.entries.end()) return make_error(Code::not_found, fmt::format("a value of '{}'", key), "none");
  const BundleEntry& e = it->second;
  const auto told = [&](Error error) { return error.in(file_.path()).at_slot(fmt::format("variable '{}'", key)); };
  const DType dtype = dtype_of(e.dtype);
  if (dtype == DType::none) return told(make_error(Code::unsupported, "variables of numbers", dtype_name(e.dtype)));
  if (e.sliced) return told(make_error(Code::unsupported, "a variable in one piece", "one in slices"));
  const auto shape = fixed_shape(e.shape);
  if (!shape.ok()) return told(shape.error());
  const auto want = byte_size(dtype, *shape);
  if (!want || e.size < 0 || static_cast<std::uint64_t>(e.size) != *want)
    return told(make_error(Code::mismatch, want ? fmt::format("{} bytes", *want) : "a size that fits 64 bits",
                           fmt::format("{}", e.size)));
  const auto file = shard(e.shard);
  if (!file.ok()) return told(file.error());
  const auto offset = static_cast<std::uint64_t>(e.offset);
  if (e.offset < 0 || !range_fits(offset, *want, file->size()))
    return told(make_error(Code::truncated, fmt::format("{} bytes from byte {} on", *want, e.offset),
                           fmt::format("a file of {} bytes", file->size())));
  const std::string_view bytes = file->chars().substr(offset, *want);
  if (const std::uint32_t found = checksum_of(bytes); found != unmasked(e.checksum))
    return told(make_error(Code::format, fmt::format("bytes with the checksum {:08x}", unmasked(e.checksum)),
                           fmt::format("{:08x}", found))
                    .in(file->path())
                    .at(offset));
  if (dtype == DType::boolean && std::ranges::any_of(bytes, [](char c) { return c != 0 && c != 1; }))
    return told(make_error(Code::format, "bools of 0 or 1", "others"));
  origin = {file->path(), std::string(key), offset, *want};
  return Tensor::view(dtype, *shape, std::as_bytes(std::span(bytes.data(), bytes.size())), file->owner());
}

// The length, the checksum of the length, the bytes.                          util/tensor_bundle, WriteStringTensor
Result<Message> Bundle::text(std::string_view key) const {
  constexpr std::uint64_t kChecksum = 4;
  const auto it = index_.entries.find(key);
  if (it == index_.entries.end()) return make_error(Code::not_found, fmt::format("a value of '{}'", key), "none");
  const BundleEntry& e = it->second;
  DLAS_ASSIGN(const File file, shard(e.shard));
  const auto offset = static_cast<std::uint64_t>(e.offset), size = static_cast<std::uint64_t>(e.size);
  if (e.offset < 0 || e.size < 0 || !range_fits(offset, size, file.size()))
    return make_error(Code::truncated, fmt::format("{} bytes from byte {} on", e.size, e.offset),
                      fmt::format("a file of {} bytes", file.size()))
        .in(file.path());
  const std::string_view bytes = file.chars().substr(offset, size);
  std::size_t at = 0;
  std::uint64_t length = 0;
  for (int shift = 0; at < bytes.size() && shift < 63; shift += 7) {
    length |= std::uint64_t{static_cast<unsigned char>(bytes[at]) & 0x7FU} << shift;
    if ((static_cast<unsigned char>(bytes[at++]) & 0x80) == 0) break;
  }
  if (size < at + kChecksum || size - at - kChecksum != length)
    return make_error(Code::format, fmt::format("one text '{}'", key), "something else").in(file.path()).at(offset);
  return Message{bytes.substr(at + kChecksum), offset + at + kChecksum};
}

bool Bundle::same_content(std::string_view a, std::string_view b) const {
  const auto first = index_.entries.find(a), second = index_.entries.find(b);
  if (first == index_.entries.end() || second == index_.entries.end()) return false;
  const BundleEntry &x = first->second, &y = second->second;
  return x.dtype == y.dtype && x.shape.dims == y.shape.dims && x.size == y.size && x.checksum == y.checksum;
}

Result<std::vector<Hash>> Bundle::hashes() const {
  std::vector<Hash> out{hash_of_file(file_)};
  for (const auto& [number, file] : open_) out.push_back(hash_of_file(file));
  return out;
}

}  // namespace dlas::tensorflow
