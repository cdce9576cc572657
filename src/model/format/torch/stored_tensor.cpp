#include "model/format/torch/stored_tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/checked.h"
#include "base/limits.h"
#include "model/format/torch/dtype.h"

namespace dlas::torch {
namespace {

using pickle::Id;
using pickle::Item;
using pickle::Kind;
using pickle::Pickle;

Status check_layout(const Layout& l) {
  if (l.sizes.size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", l.sizes.size()));
  if (l.sizes.size() != l.strides.size())
    return make_error(Code::format, fmt::format("{} strides", l.sizes.size()), fmt::format("{}", l.strides.size()));
  const auto negative = [](std::int64_t n) { return n < 0; };
  if (std::ranges::any_of(l.sizes, negative) || std::ranges::any_of(l.strides, negative) || l.first < 0)
    return make_error(Code::format, "sizes, strides and an offset of at least 0",
                      fmt::format("{} {} {}", text(l.sizes), text(l.strides), l.first));
  return {};
}

// Elements of the storage from its beginning to the last that the tensor reads; nothing on overflow.
std::optional<std::int64_t> reach(const Layout& l) {
  std::int64_t last = l.first;
  for (std::size_t i = 0; i < l.sizes.size(); ++i) {
    if (l.sizes[i] == 0) return l.first;
    const auto step = checked_mul(l.sizes[i] - 1, l.strides[i]);
    const auto sum = step ? checked_add(last, *step) : std::nullopt;
    if (!sum) return std::nullopt;
    last = *sum;
  }
  return checked_add(last, std::int64_t{1});
}

bool in_row_order(const Layout& l) {
  std::int64_t want = 1;
  for (std::size_t i = l.sizes.size(); i-- > 0;) {
    if (l.sizes[i] != 1 && l.strides[i] != want) return false;
    want *= std::max<std::int64_t>(l.sizes[i], 1);
  }
  return true;
}

Result<Tensor> copied(const Source& storage, const Layout& l, std::uint64_t bytes, CopyBudget& budget) {
  if (bytes > budget.left)
    return make_error(Code::limit, fmt::format("copies of at most {} bytes", limits().folded_bytes), "more");
  budget.left -= bytes;
  DLAS_ASSIGN(Tensor out, Tensor::zeros(l.dtype, l.sizes));
  const auto width = static_cast<std::size_t>(bits(l.dtype)) / 8;
  std::byte* to = out.mutable_bytes().data();
  const std::byte* from = storage.bytes.data() + static_cast<std::size_t>(l.first) * width;
  for (Walk<1> w(l.sizes, {l.strides}); !w.done(); w.next(), to += width)
    std::memcpy(to, from + static_cast<std::size_t>(w.offset(0)) * width, width);
  return out;
}

Result<std::vector<std::int64_t>> integers(const Pickle& p, Id id, std::string_view what) {
  std::vector<std::int64_t> out;
  const Item& item = p[id];
  if (item.kind != Kind::tuple) return make_error(Code::format, what, "something else");
  for (const Id part : item.parts) {
    if (p[part].kind != Kind::integer) return make_error(Code::format, what, "something else");
    out.push_back(p[part].integer);
  }
  return out;
}

const Item* arguments_of(const Pickle& p, Id id, std::string_view function, std::size_t least) {
  const Item& made = p[id];
  if (made.kind != Kind::made || !p.is_global(made.parts[0], "torch._utils", function)) return nullptr;
  const Item& arguments = p[made.parts[1]];
  return arguments.parts.size() >= least ? &arguments : nullptr;
}

struct StorageKey {
  DType dtype = DType::none;
  std::string_view key;
};

// ('storage', torch.FloatStorage, '0', 'cpu', 108)
Result<StorageKey> storage_key(const Pickle& p, Id id) {
  const Item& reference = p[id];
  const Error wrong = make_error(Code::format, "a reference to a storage", "something else");
  if (reference.kind != Kind::reference) return wrong;
  const Item& key = p[reference.parts[0]];
  if (key.kind != Kind::tuple || key.parts.size() < 5 || p[key.parts[0]].text != "storage") return wrong;
  const Item &type = p[key.parts[1]], &name = p[key.parts[2]];
  if (type.kind != Kind::global || type.module != "torch" || name.kind != Kind::text) return wrong;
  DLAS_ASSIGN(const DType dtype, dtype_of_storage(type.text));
  return StorageKey{dtype, name.text};
}

Result<Layout> layout_of_arguments(const Pickle& p, const Item& arguments) {
  DLAS_ASSIGN(const StorageKey key, storage_key(p, arguments.parts[0]));
  Layout layout{key.dtype, {}, {}, 0};
  if (p[arguments.parts[1]].kind != Kind::integer)
    return make_error(Code::format, "an offset into the storage", "something else");
  layout.first = p[arguments.parts[1]].integer;
  DLAS_ASSIGN(layout.sizes, integers(p, arguments.parts[2], "a tuple of sizes"));
  DLAS_ASSIGN(layout.strides, integers(p, arguments.parts[3], "a tuple of strides"));
  return layout;
}

Result<StoredTensor> rebuilt(const Pickle& p, const Item& arguments, std::string_view name, const Storages& storages,
                             CopyBudget& budget) {
  DLAS_ASSIGN(const StorageKey key, storage_key(p, arguments.parts[0]));
  DLAS_ASSIGN(const Layout layout, layout_of_arguments(p, arguments));
  DLAS_ASSIGN(const Source storage, storages(key.key));
  return tensor_of(storage, layout, name, budget);
}

}  // namespace

Result<StoredTensor> tensor_of(const Source& storage, const Layout& layout, std::string_view name, CopyBudget& budget) {
  DLAS_TRY(check_layout(layout));
  const auto width = static_cast<std::uint64_t>(bits(layout.dtype)) / 8;
  const auto needed = reach(layout);
  const auto bytes = byte_size(layout.dtype, layout.sizes);
  if (!needed || !bytes || !range_fits(0, static_cast<std::uint64_t>(*needed), storage.bytes.size() / width))
    return make_error(Code::truncated, fmt::format("a storage that holds {} from {}", text(layout.sizes), layout.first),
                      fmt::format("one of {} bytes", storage.bytes.size()));
  StoredTensor out;
  const std::uint64_t first = static_cast<std::uint64_t>(layout.first) * width;
  const std::uint64_t span = *bytes == 0 ? 0 : (static_cast<std::uint64_t>(*needed) * width) - first;
  out.origin = {storage.path, std::string(name), storage.offset + first, span};
  if (*bytes == 0 || in_row_order(layout)) {
    DLAS_ASSIGN(out.tensor,
                Tensor::view(layout.dtype, layout.sizes, storage.bytes.subspan(first, *bytes), storage.owner));
  } else {
    DLAS_ASSIGN(out.tensor, copied(storage, layout, *bytes, budget));
  }
  return out;
}

bool is_tensor(const Pickle& p, Id id) {
  return arguments_of(p, id, "_rebuild_tensor_v2", 0) || arguments_of(p, id, "_rebuild_parameter", 0);
}

Result<StoredTensor> read_tensor(const Pickle& p, Id id, std::string_view name, const Storages& storages,
                                 CopyBudget& budget) {
  const Item* arguments = arguments_of(p, id, "_rebuild_tensor_v2", 4);
  if (const Item* parameter = arguments_of(p, id, "_rebuild_parameter", 1))
    arguments = arguments_of(p, parameter->parts[0], "_rebuild_tensor_v2", 4);
  auto out = arguments ? rebuilt(p, *arguments, name, storages, budget)
                       : Result<StoredTensor>(make_error(Code::format, "a tensor over a storage", "something else"));
  if (!out.ok()) return out.error().at_slot(fmt::format("tensor '{}'", name));
  return out;
}

Result<Layout> layout_of_tensor(const Pickle& p, Id id) {
  const Item* arguments = arguments_of(p, id, "_rebuild_tensor_v2", 4);
  if (!arguments) return make_error(Code::format, "a tensor over a storage", "something else");
  DLAS_ASSIGN(const Layout layout, layout_of_arguments(p, *arguments));
  DLAS_TRY(check_layout(layout));
  return layout;
}

bool is_data_global(std::string_view module, std::string_view name) {
  if (module == "collections") return name == "OrderedDict";
  if (module == "torch._utils") return name == "_rebuild_tensor_v2" || name == "_rebuild_parameter";
  return module == "torch" && name.ends_with("Storage");
}

}  // namespace dlas::torch
