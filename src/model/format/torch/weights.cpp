#include "model/format/torch/weights.h"

#include <fmt/format.h>

#include "base/checked.h"
#include "base/limits.h"
#include "model/format/torch/dtype.h"
#include "model/format/torch/json_text.h"
#include "model/format/torch/program_schema.h"

namespace dlas::torch {
namespace {

using pickle::Id;
using pickle::Item;
using pickle::Kind;
using pickle::Pickle;

constexpr int kDeepestDict = 8;

struct Collector {
  const Pickle& pickle;
  const Storages& storages;
  CopyBudget& budget;
  PickledTensors out = {};
  std::uint64_t visited = 0;

  // A pickle may name one dict a million times; what it holds is counted, not what is unfolded.
  Status spend() {
    if (++visited > limits().nodes * 16)
      return make_error(Code::limit, fmt::format("at most {} values in a dict", limits().nodes * 16), "more");
    return {};
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestDict
  Status collect(const Item& dict, const std::string& prefix, int depth) {
    for (std::size_t i = 0; i + 1 < dict.parts.size(); i += 2) {
      DLAS_TRY(spend());
      const Item &key = pickle[dict.parts[i]], &value = pickle[dict.parts[i + 1]];
      if (key.kind != Kind::text || key.text.size() > limits().name_bytes) {
        ++out.others;
        continue;
      }
      const std::string name = prefix + std::string(key.text);
      if (is_tensor(pickle, dict.parts[i + 1])) {
        DLAS_ASSIGN(StoredTensor tensor, read_tensor(pickle, dict.parts[i + 1], name, storages, budget));
        if (!out.tensors.emplace(name, std::move(tensor)).second)
          return make_error(Code::mismatch, "each tensor once", fmt::format("'{}' twice", name));
      } else if (value.kind == Kind::dict && depth < kDeepestDict) {
        DLAS_TRY(collect(value, name + ".", depth + 1));
      } else {
        ++out.others;
      }
    }
    return {};
  }
};

Result<PickledTensors> collected(const Pickle& pickle, const Storages& storages, CopyBudget& budget) {
  if (pickle[pickle.root].kind != Kind::dict) {
    if (!is_tensor(pickle, pickle.root)) return make_error(Code::format, "a dict of tensors", "something else");
    PickledTensors one;
    DLAS_ASSIGN(one.tensors["tensor"], read_tensor(pickle, pickle.root, "tensor", storages, budget));
    return one;
  }
  Collector collector{pickle, storages, budget};
  DLAS_TRY(collector.collect(pickle[pickle.root], "", 0));
  return std::move(collector.out);
}

// --- the form before torch 1.6 ---

// The pickle of the number 0x1950a86a20f9469cfc6c, which no text file begins with.
constexpr std::string_view kMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);

std::uint64_t little_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return value;
}

class Legacy {
 public:
  explicit Legacy(const Source& source) : source_(source), at_(kMagic.size()) {}

  Result<Pickle> next() {
    auto out = pickle::read(source_.bytes.subspan(at_), is_data_global);
    if (!out.ok()) {
      if (out.error().offset) *out.error().offset += at_ + source_.offset;
      return out.error();
    }
    at_ += out->size;
    return out;
  }

  // Behind the pickles, for each key: the number of elements, then the elements. `widths` tells the size of one.
  Result<std::map<std::string, Source, std::less<>>> storages(const Pickle& keys,
                                                              const std::map<std::string, std::uint64_t>& widths) {
    std::map<std::string, Source, std::less<>> out;
    const Item& list = keys[keys.root];
    if (list.kind != Kind::list) return make_error(Code::format, "a list of storages", "something else");
    for (const Id id : list.parts) {
      const std::string key(keys[id].text);
      const auto width = widths.find(key);
      if (width == widths.end()) return make_error(Code::format, "storages that a tensor names", "'" + key + "'");
      if (!range_fits(at_, 8, source_.bytes.size()))
        return make_error(Code::truncated, "a storage", "the end of the file").at(source_.offset + at_);
      const auto bytes = checked_mul(little_endian(source_.bytes.subspan(at_, 8)), width->second);
      at_ += 8;
      if (!bytes || !range_fits(at_, *bytes, source_.bytes.size()))
        return make_error(Code::truncated, "a whole storage", "the end of the file").at(source_.offset + at_);
      const Source storage{source_.bytes.subspan(at_, *bytes), source_.owner, source_.path, source_.offset + at_};
      if (!out.emplace(key, storage).second)
        return make_error(Code::mismatch, "each storage once", "'" + key + "' twice");
      at_ += *bytes;
    }
    return out;
  }

 private:
  const Source& source_;
  std::size_t at_;
};

// Size of one element, by the key of each storage that the pickle refers to.
std::map<std::string, std::uint64_t> storage_widths(const Pickle& p) {
  std::map<std::string, std::uint64_t> out;
  for (const Item& item : p.items) {
    if (item.kind != Kind::reference) continue;
    const Item& key = p[item.parts[0]];
    if (key.kind != Kind::tuple || key.parts.size() < 3) continue;
    const auto dtype = dtype_of_storage(p[key.parts[1]].text);
    if (dtype.ok()) out[std::string(p[key.parts[2]].text)] = static_cast<std::uint64_t>(bits(*dtype)) / 8;
  }
  return out;
}

}  // namespace

Result<PickledTensors> read_pickled_tensors(Archive& archive, CopyBudget& budget) {
  DLAS_ASSIGN(const std::span<const std::byte> bytes, archive.content("data.pkl"));
  auto pickle = pickle::read(bytes, is_data_global);
  if (!pickle.ok()) {
    if (pickle.error().offset) *pickle.error().offset += archive.offset("data.pkl");
    return pickle.error();
  }
  const Storages storages = [&](std::string_view key) { return archive.stored("data/" + std::string(key)); };
  return collected(*pickle, storages, budget);
}

bool is_legacy(std::span<const std::byte> bytes) {
  return bytes.size() >= kMagic.size() &&
         std::string_view(reinterpret_cast<const char*>(bytes.data()), kMagic.size()) == kMagic;
}

// Four pickles: the protocol, the system, the data, the keys of the storages.          torch/serialization.py, _legacy_save
Result<PickledTensors> read_legacy_tensors(const Source& source, CopyBudget& budget) {
  Legacy legacy(source);
  DLAS_ASSIGN(const Pickle protocol, legacy.next());
  if (protocol[protocol.root].integer != 1001)
    return make_error(Code::unsupported, "protocol 1001", fmt::format("{}", protocol[protocol.root].integer));
  DLAS_ASSIGN(const Pickle system, legacy.next());
  if (const Item* little = system.find(system[system.root], "little_endian"); little && little->integer == 0)
    return make_error(Code::unsupported, "little-endian storages", "big-endian");
  DLAS_ASSIGN(const Pickle data, legacy.next());
  DLAS_ASSIGN(const Pickle keys, legacy.next());
  DLAS_ASSIGN(const auto found, legacy.storages(keys, storage_widths(data)));
  const Storages storages = [&](std::string_view key) -> Result<Source> {
    const auto storage = found.find(key);
    if (storage == found.end()) return make_error(Code::not_found, "a storage '" + std::string(key) + "'", "none");
    return storage->second;
  };
  return collected(data, storages, budget);
}

Result<NamedTensors> read_listed_tensors(Archive& archive, std::string_view config, std::string_view folder,
                                         CopyBudget& budget) {
  DLAS_ASSIGN(const std::string_view text, archive.text(config));
  DLAS_ASSIGN(const nlohmann::json json, parse_json(text));
  const nlohmann::json* list = member(json, "config");
  if (!list || !list->is_object()) return wrong_json("an object 'config'");
  NamedTensors out;
  for (const auto& [name, entry] : list->items()) {
    const nlohmann::json* pickled = member(entry, "use_pickle");
    const nlohmann::json* meta = member(entry, "tensor_meta");
    if (!meta || (pickled && *pickled != false))
      return make_error(Code::unsupported, "tensors in plain bytes", "pickled ones").at_slot("tensor '" + name + "'");
    DLAS_ASSIGN(const std::string path, text_member(entry, "path_name"));
    DLAS_ASSIGN(const Source storage, archive.stored(std::string(folder) + path));
    DLAS_ASSIGN(const Layout layout, layout_of_meta(*meta));
    auto tensor = tensor_of(storage, layout, name, budget);
    if (!tensor.ok()) return tensor.error().at_slot("tensor '" + name + "'");
    out.emplace(name, *std::move(tensor));
  }
  return out;
}

}  // namespace dlas::torch
