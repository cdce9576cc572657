#include "model/format/patch/flat.h"

#include <algorithm>
#include <limits>

#include "base/checked.h"

namespace dlas::patch {

bool Flat::fits(std::uint64_t at, std::uint64_t length) {
  if (error_) return false;
  if (range_fits(at, length, bytes_.size())) return true;
  error_ = make_error(Code::truncated, std::to_string(length) + " bytes", "the end of the file").at(at);
  return false;
}

std::uint64_t Flat::root() { return get<std::uint32_t>(0); }

std::uint64_t Flat::field(std::uint64_t table, int number) {
  const std::int64_t vtable = static_cast<std::int64_t>(table) - get<std::int32_t>(table);
  if (vtable < 0) {
    if (!error_) error_ = make_error(Code::format, "a list of fields in the file", std::to_string(vtable)).at(table);
    return 0;
  }
  const auto list = static_cast<std::uint64_t>(vtable);
  const std::uint64_t slot = 4 + 2 * static_cast<std::uint64_t>(number);
  if (slot + 2 > get<std::uint16_t>(list)) return 0;
  const std::uint64_t offset = get<std::uint16_t>(list + slot);
  return offset == 0 ? 0 : table + offset;
}

std::uint64_t Flat::follow(std::uint64_t at) { return at == 0 ? 0 : at + get<std::uint32_t>(at); }

void Flat::set_bytes(std::uint64_t at, std::string_view value) {
  if (fits(at, value.size())) bytes_.replace(at, value.size(), value);
}

void Flat::point(std::uint64_t at, std::uint64_t target) {
  if (target <= at || target - at > std::numeric_limits<std::uint32_t>::max()) {
    if (!error_)
      error_ = make_error(Code::limit, "an offset of 32 bits", std::to_string(target) + " from " + std::to_string(at));
    return;
  }
  set<std::uint32_t>(at, static_cast<std::uint32_t>(target - at));
}

// So many zeros that `ahead` bytes later a multiple of `align` comes.
void Flat::pad_to(std::uint64_t align, std::uint64_t ahead) {
  while ((bytes_.size() + ahead) % align != 0) bytes_ += '\0';
}

std::uint64_t Flat::append_vector(std::uint64_t elements, std::string_view content, std::uint64_t align) {
  pad_to(std::max<std::uint64_t>(align, 4), 4);
  const std::uint64_t at = bytes_.size();
  bytes_.append(4, '\0');
  set<std::uint32_t>(at, static_cast<std::uint32_t>(elements));
  bytes_ += content;
  return at;
}

std::uint64_t Flat::append_table(const std::vector<Slot>& slots) {
  // The list of fields, then the table: an offset back to the list, then the fields, the wide ones first.
  pad_to(8, 0);
  const std::uint64_t list = bytes_.size();
  const std::uint64_t list_size = 4 + 2 * slots.size();
  bytes_.append(list_size, '\0');
  pad_to(8, 4);  // fields of 8 bytes stand at multiples of 8
  const std::uint64_t table = bytes_.size();
  bytes_.append(4, '\0');
  set<std::int32_t>(table, static_cast<std::int32_t>(table - list));
  for (const std::size_t width : {8U, 4U, 2U, 1U})
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const std::size_t size = slots[i].offset ? 4 : slots[i].scalar.size();
      if (size != width) continue;
      set<std::uint16_t>(list + 4 + 2 * i, static_cast<std::uint16_t>(bytes_.size() - table));
      bytes_ += slots[i].offset ? std::string(4, '\0') : slots[i].scalar;
    }
  set<std::uint16_t>(list, static_cast<std::uint16_t>(list_size));
  set<std::uint16_t>(list + 2, static_cast<std::uint16_t>(bytes_.size() - table));
  return table;
}

}  // namespace dlas::patch
