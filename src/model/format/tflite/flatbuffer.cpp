#include "model/format/tflite/flatbuffer.h"

#include <algorithm>

#include "base/checked.h"
#include "base/limits.h"

namespace dlas::tflite {
namespace {

// Vectors of an honest file are read about once each. Sixteen times the file leaves room for shared ones.
constexpr std::uint64_t kVectorBudget = 16;

std::string characters(std::span<const std::byte> bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

FlatBuffer::FlatBuffer(std::span<const std::byte> bytes) : bytes_(bytes) {}

void FlatBuffer::fail(std::uint64_t offset, std::string_view what, std::string_view expected, std::string_view found,
                      Code code) {
  if (error_) return;
  error_ = make_error(code, expected, found);
  error_->at(offset).at_slot(what);
}

bool FlatBuffer::fits(std::uint64_t at, std::uint64_t length, std::string_view what) {
  if (!ok()) return false;
  if (range_fits(at, length, bytes_.size())) return true;
  fail(at, what, std::to_string(length) + " bytes", "the file of " + std::to_string(bytes_.size()) + " bytes ends",
       Code::truncated);
  return false;
}

bool FlatBuffer::spend(std::uint64_t vector_bytes, std::uint64_t at) {
  vector_bytes_ += vector_bytes;
  if (vector_bytes_ <= kVectorBudget * bytes_.size()) return true;
  fail(at, "vectors", "each vector read once or a few times",
       "vectors that are shared until they hold over " + std::to_string(kVectorBudget) + " times the file",
       Code::limit);
  return false;
}

std::uint64_t FlatBuffer::follow(std::uint64_t at, std::string_view what) {
  if (!fits(at, 4, what)) return 0;
  const std::uint64_t target = at + read<std::uint32_t>(at);
  if (target == at) {
    fail(at, what, "an offset", "0");
    return 0;
  }
  return fits(target, 4, what) ? target : 0;
}

Table FlatBuffer::table_at(std::uint64_t at, std::string_view what) {
  if (!fits(at, 4, what)) return {};
  if (++tables_ > limits().tables) {
    fail(at, what, "at most " + std::to_string(limits().tables) + " tables", "more", Code::limit);
    return {};
  }
  const std::int64_t vtable = static_cast<std::int64_t>(at) - read<std::int32_t>(at);
  if (vtable < 0 || !range_fits(static_cast<std::uint64_t>(vtable), 4, bytes_.size())) {
    fail(at, what, "the offset of a field list in the file", std::to_string(vtable));
    return {};
  }
  Table table;
  table.at_ = at;
  table.vtable_ = static_cast<std::uint64_t>(vtable);
  table.vtable_size_ = read<std::uint16_t>(table.vtable_);
  table.table_size_ = read<std::uint16_t>(table.vtable_ + 2);
  if (table.vtable_size_ < 4 || table.vtable_size_ % 2 != 0) {
    fail(table.vtable_, what, "an even field list size of 4 and more", std::to_string(table.vtable_size_));
    return {};
  }
  if (!fits(table.vtable_, table.vtable_size_, what) || !fits(at, table.table_size_, what)) return {};
  table.buffer_ = this;
  return table;
}

Table FlatBuffer::root(std::string_view identifier) {
  if (!fits(0, 8, "header")) return {};
  const std::string found = characters(bytes_.subspan(4, 4));
  if (found != identifier) {
    fail(4, "header", "'" + std::string(identifier) + "'", "'" + found + "'");
    return {};
  }
  const std::uint64_t at = follow(0, "header");
  return at == 0 ? Table{} : table_at(at, "root table");
}

std::uint64_t Table::field(int number, std::uint64_t size) const {
  if (!present() || !buffer_->ok()) return 0;
  const std::uint64_t slot = 4 + 2 * static_cast<std::uint64_t>(number);
  if (slot + 2 > vtable_size_) return 0;
  const std::uint64_t offset = buffer_->read<std::uint16_t>(vtable_ + slot);
  if (offset == 0) return 0;
  if (!range_fits(offset, size, table_size_)) {
    buffer_->fail(vtable_ + slot, "field " + std::to_string(number),
                  "a place inside its table of " + std::to_string(table_size_) + " bytes", std::to_string(offset));
    return 0;
  }
  return at_ + offset;
}

bool Table::has(int number) const { return field(number, 1) != 0; }

Bytes Table::vector(int number, std::uint64_t element, std::string_view what) const {
  const std::uint64_t slot = field(number, 4);
  if (slot == 0) return {};
  const std::uint64_t at = buffer_->follow(slot, what);
  if (at == 0) return {};
  const std::uint64_t count = buffer_->read<std::uint32_t>(at);
  if (!buffer_->fits(at + 4, count * element, what)) return {};
  if (element != 1 && !buffer_->spend(count * element, at)) return {};
  return {at + 4, count};
}

Bytes Table::bytes(int number, std::string_view what) const { return vector(number, 1, what); }

std::string Table::text_at(std::uint64_t at, std::string_view what) const {
  const std::uint64_t size = buffer_->read<std::uint32_t>(at);
  if (!buffer_->fits(at + 4, size, what) || !buffer_->spend(size, at)) return {};
  if (size > limits().name_bytes) {
    buffer_->fail(at, what, "a text of at most " + std::to_string(limits().name_bytes) + " bytes", std::to_string(size),
                  Code::limit);
    return {};
  }
  return characters(buffer_->bytes_.subspan(at + 4, size));
}

std::string Table::text(int number, std::string_view what) const {
  const std::uint64_t slot = field(number, 4);
  if (slot == 0) return {};
  const std::uint64_t at = buffer_->follow(slot, what);
  return at == 0 ? std::string{} : text_at(at, what);
}

std::vector<std::string> Table::texts(int number, std::string_view what) const {
  const Bytes found = vector(number, 4, what);
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < found.size && buffer_->ok(); ++i) {
    const std::uint64_t at = buffer_->follow(found.offset + 4 * i, what);
    if (at != 0) out.push_back(text_at(at, what));
  }
  return out;
}

Table Table::table(int number, std::string_view what) const {
  const std::uint64_t slot = field(number, 4);
  if (slot == 0) return {};
  const std::uint64_t at = buffer_->follow(slot, what);
  return at == 0 ? Table{} : buffer_->table_at(at, what);
}

Tables Table::tables(int number, std::string_view what) const {
  const Bytes found = vector(number, 4, what);
  Tables out;
  out.buffer_ = buffer_;
  out.at_ = found.offset;
  out.count_ = found.size;
  out.what_ = what;
  return out;
}

Table Tables::operator[](std::size_t i) const {
  check(i < count_, "an index below the number of tables");
  const std::string place = what_ + " " + std::to_string(i);
  const std::uint64_t at = buffer_->follow(at_ + 4 * i, place);
  return at == 0 ? Table{} : buffer_->table_at(at, place);
}

}  // namespace dlas::tflite
