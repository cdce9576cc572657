#include "model/format/torch/script/script_objects.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"

namespace dlas::torch {
namespace {

using pickle::Id;
using pickle::Item;
using pickle::Kind;
using pickle::Pickle;

constexpr int kDeepestPickle = 16;

bool is_script_global(std::string_view module, std::string_view name) {
  constexpr std::string_view kMakers[] = {"restore_type_tag", "build_intlist", "build_doublelist", "build_boollist",
                                          "build_tensorlist"};
  if (module == "torch.jit._pickle") return std::ranges::find(kMakers, name) != std::end(kMakers);
  if (module == "torch" && name == "device") return true;
  return module.starts_with("__torch__") || is_data_global(module, name);
}

Result<Pickle> read_member(Archive& archive, std::string_view name) {
  DLAS_ASSIGN(const std::span<const std::byte> bytes, archive.content(name));
  auto out = pickle::read(bytes, is_script_global);
  if (!out.ok()) {
    if (out.error().offset) *out.error().offset += archive.offset(name);
    return out.error().during("reading '" + std::string(name) + "'");
  }
  return out;
}

template <typename Definitions>
auto find(const Definitions& definitions, std::string_view name) {
  const auto found = std::ranges::find_if(definitions, [&](const auto& d) { return d.name == name; });
  return found == definitions.end() ? nullptr : &*found;
}

Error missing(std::string_view what, std::string_view name) {
  return make_error(Code::not_found, fmt::format("{} '{}'", what, name), "none");
}

}  // namespace

Result<ScriptObjects> ScriptObjects::open(Archive& archive) {
  ScriptObjects out(archive);
  out.budget_.left = limits().folded_bytes;
  DLAS_ASSIGN(out.data_, read_member(archive, "data.pkl"));
  DLAS_ASSIGN(out.constants_, read_member(archive, "constants.pkl"));
  if (out.data_[out.data_.root].kind != Kind::made)
    return make_error(Code::format, "a module in 'data.pkl'", "something else");
  return out;
}

Result<const Tree*> ScriptObjects::tree(const std::string& file) {
  if (const auto known = trees_.find(file); known != trees_.end()) return &known->second;
  if (!archive_->has(file)) return missing("a source", file);
  DLAS_ASSIGN(const std::string_view source, archive_->text(file));
  auto parsed = parse_script(source);
  if (!parsed.ok()) return parsed.error().at_slot("source '" + file + "'");
  return &trees_.emplace(file, *std::move(parsed)).first->second;
}

Result<Callable> ScriptObjects::callable(std::string_view qualified) {
  const std::size_t dot = qualified.rfind('.');
  if (dot == std::string_view::npos) return missing("a function or class", qualified);
  Callable out;
  out.file = "code/" + std::string(qualified.substr(0, dot)) + ".py";
  std::ranges::replace(out.file.begin() + 5, out.file.end() - 3, '.', '/');
  DLAS_ASSIGN(out.tree, tree(out.file));
  const std::string_view name = qualified.substr(dot + 1);
  out.function = find(out.tree->functions, name);
  out.type = find(out.tree->classes, name);
  if (!out.function && !out.type) return missing("a function or class", qualified);
  return out;
}

Result<Callable> ScriptObjects::method(const Object& object, std::string_view name) {
  const Item& item = data_[object.id];
  if (item.kind != Kind::made) return missing("a module with a method", name);
  const Item& type = data_[item.parts[0]];
  DLAS_ASSIGN(Callable out, callable(fmt::format("{}.{}", type.module, type.text)));
  if (!out.type) return missing("a class", type.text);
  out.function = find(out.type->methods, name);
  if (!out.function) return missing("a method", name);
  return out;
}

Result<Datum> ScriptObjects::attribute(const Object& object, std::string_view name, Build& build) {
  const auto key = std::pair(object.id, std::string(name));
  if (const auto known = attributes_.find(key); known != attributes_.end()) return known->second;
  const Item& item = data_[object.id];
  const Item* state = item.kind == Kind::made && item.parts.size() > 2 ? &data_[item.parts[2]] : nullptr;
  const Item* value = state ? data_.find(*state, name) : nullptr;
  if (!value) return missing("an attribute", name);
  const std::string path = object.path.empty() ? std::string(name) : fmt::format("{}.{}", object.path, name);
  DLAS_ASSIGN(Datum out, datum(data_, static_cast<Id>(value - data_.items.data()), path, "data/", build, 0));
  return attributes_.emplace(key, std::move(out)).first->second;
}

Result<Datum> ScriptObjects::constant(std::string_view name, Build& build) {
  if (const auto known = shared_.find(name); known != shared_.end()) return known->second;
  const Item& all = constants_[constants_.root];
  const auto number = name.starts_with('c') ? parse_int(name.substr(1)) : std::nullopt;
  if (!number || *number < 0 || static_cast<std::size_t>(*number) >= all.parts.size())
    return missing("a constant", name);
  const Id id = all.parts[static_cast<std::size_t>(*number)];
  DLAS_ASSIGN(Datum out, datum(constants_, id, fmt::format("CONSTANTS.{}", name), "constants/", build, 0));
  return shared_.emplace(name, std::move(out)).first->second;
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestPickle
Result<Datum> ScriptObjects::datum(const Pickle& p, Id id, const std::string& path, std::string_view folder,
                                   Build& build, int depth) {
  if (depth > kDeepestPickle) return make_error(Code::limit, "attributes of few levels", "more than 16");
  // A pickle may name one list a million times.
  if (++visited_ > limits().nodes * 16)
    return make_error(Code::limit, fmt::format("attributes of at most {} values", limits().nodes * 16), "more");
  const Item& item = p[id];
  switch (item.kind) {
    case Kind::none: return Datum();
    case Kind::boolean: return Datum(item.integer != 0);
    case Kind::integer: return Datum(item.integer);
    case Kind::real: return Datum(item.real);
    case Kind::text: return Datum(std::string(item.text));
    case Kind::made: return made(p, id, path, folder, build, depth);
    case Kind::list:
    case Kind::tuple:
    case Kind::dict: break;
    default: return make_error(Code::unsupported, "attributes of plain values", "another");
  }
  if (item.parts.size() > limits().nodes) return make_error(Code::limit, "an attribute of few values", "many");
  std::vector<Datum> parts;
  for (std::size_t i = 0; i < item.parts.size(); ++i) {
    DLAS_ASSIGN(Datum part, datum(p, item.parts[i], fmt::format("{}.{}", path, i), folder, build, depth + 1));
    parts.push_back(std::move(part));
  }
  if (item.kind != Kind::dict) return item.kind == Kind::list ? list_of(std::move(parts)) : tuple_of(std::move(parts));
  auto dict = std::make_shared<Sequence>(Sequence{Sequence::Kind::dict, {}, {}, depth_of(list_of(parts))});
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    dict->keys.push_back(parts[i]);
    dict->items.push_back(parts[i + 1]);
  }
  return Datum(dict);
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestPickle
Result<Datum> ScriptObjects::made(const Pickle& p, Id id, const std::string& path, std::string_view folder,
                                  Build& build, int depth) {
  const Item& item = p[id];
  const Item &callee = p[item.parts[0]], &arguments = p[item.parts[1]];
  if (is_tensor(p, id)) {
    const Storages storages = [&](std::string_view key) { return archive_->stored(fmt::format("{}{}", folder, key)); };
    DLAS_ASSIGN(StoredTensor stored, read_tensor(p, id, path, storages, budget_));
    return tensor_datum(build.graph().add_constant(path, std::move(stored.tensor), std::move(stored.origin)));
  }
  if (callee.module == "torch.jit._pickle" && !arguments.parts.empty())
    return datum(p, arguments.parts[0], path, folder, build, depth + 1);
  if (callee.module == "torch") return Datum(std::string("device"));
  return Datum(Object{id, path, ""});
}

std::vector<Layout> ScriptObjects::traced_inputs() {
  std::vector<Layout> out;
  if (!archive_->has("traced_inputs.pkl")) return out;
  const auto p = read_member(*archive_, "traced_inputs.pkl");
  if (!p.ok()) return out;
  const auto inside = [&](const Item* item) -> const Item* {  // restore_type_tag(x, type)
    return item && item->kind == Kind::made && !(*p)[item->parts[1]].parts.empty()
               ? &(*p)[(*p)[item->parts[1]].parts[0]]
               : item;
  };
  const Item* methods = inside(&(*p)[p->root]);
  const Item* inputs = methods ? inside(p->find(*methods, "forward")) : nullptr;
  if (!inputs || inputs->kind != Kind::list) return out;
  for (const Id id : inputs->parts) {
    const auto layout = layout_of_tensor(*p, id);
    out.push_back(layout.ok() ? *layout : Layout());
  }
  return out;
}

}  // namespace dlas::torch
