// Inbound nodes come in three forms:
//   Keras 1 and 2   [[["conv", 0, 0, {"keyword": ...}], ...], ...]   layer, call, output
//   Keras 2         [["conv", 0, 0, {"y": 3.0}], ...]                of functions of TensorFlow; "_CONSTANT_VALUE", -1, value
//   Keras 3         [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["conv", 0, 0]}}], "kwargs": {}}]
#include "model/format/keras/wiring.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <queue>

#include "base/limits.h"

namespace dlas::keras {
namespace {

using Names = std::map<std::string, std::size_t, std::less<>>;
constexpr std::size_t kMostTensors = 1024;  // outputs of one call
constexpr std::string_view kConstant = "_CONSTANT_VALUE";

bool is_ref(const Json& value) {
  return value.is_array() && value.size() >= 3 && value[0].is_string() && value[1].is_number_integer() &&
         value[2].is_number_integer();
}

Result<Ref> ref_of(const Json& value, const Names& names) {
  const auto layer = names.find(value[0].get<std::string>());
  if (layer == names.end()) return make_error(Code::format, "layers of the model as inputs", shown(value[0]));
  const auto call = value[1].get<std::int64_t>(), tensor = value[2].get<std::int64_t>();
  if (call < 0 || tensor < 0 || tensor >= static_cast<std::int64_t>(kMostTensors))
    return make_error(Code::format, "the number of a call and of its output", shown(value));
  return Ref{layer->second, static_cast<std::size_t>(call), static_cast<std::size_t>(tensor)};
}

Result<Argument> tensor(const Json& value, const Names& names) {
  Argument out;
  out.kind = Argument::Kind::tensor;
  DLAS_ASSIGN(out.ref, ref_of(value, names));
  return out;
}

// `keywords`: of Keras 2, where a list of three may be a plain value, too.
// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().json_depth
Result<Argument> argument(const Json& value, const Names& names, bool keywords) {
  if (text_of(value, "class_name") == "__keras_tensor__") {
    const Json& history = member(member(value, "config"), "keras_history");
    if (!is_ref(history)) return make_error(Code::format, "a tensor's history", shown(history));
    return tensor(history, names);
  }
  Argument out;
  out.value = &value;
  if (value.is_array() && value.size() >= 3 && value[0] == kConstant) {
    out.value = &value[2];
    return out;
  }
  if (is_ref(value) && (!keywords || names.contains(value[0].get<std::string>()))) return tensor(value, names);
  if (!value.is_array()) return out;
  // A list of numbers stays a value; a list with tensors becomes a list.
  for (const Json& one : value) {
    DLAS_ASSIGN(Argument element, argument(one, names, keywords));
    if (element.kind != Argument::Kind::value) out.kind = Argument::Kind::list;
    out.list.push_back(std::move(element));
  }
  if (out.kind == Argument::Kind::value) out.list.clear();
  return out;
}

Status add_keywords(Call& call, const Json& keywords, const Names& names) {
  if (!keywords.is_object()) return {};
  for (const auto& [name, value] : keywords.items()) {
    DLAS_ASSIGN(Argument one, argument(value, names, true));
    call.keywords.emplace_back(name, std::move(one));
  }
  return {};
}

// The keywords of Keras 2 stand behind the first tensor; those behind others are the same.
// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().json_depth
const Json& first_keywords(const Json& node) {
  static const Json nothing;
  if (!node.is_array() || node.empty()) return nothing;
  if (node[0].is_string()) return node.size() > 3 ? node[3] : nothing;
  return first_keywords(node[0]);
}

Result<Call> call_of(const Json& node, const Names& names) {
  Call call;
  if (node.is_object() && node.contains("args")) {
    const Json& arguments = member(node, "args");
    for (const Json& one : arguments) {
      DLAS_ASSIGN(Argument a, argument(one, names, false));
      call.arguments.push_back(std::move(a));
    }
    DLAS_TRY(add_keywords(call, member(node, "kwargs"), names));
    return call;
  }
  if (node.is_object()) {  // inputs by name
    for (const auto& [name, value] : node.items()) {
      DLAS_ASSIGN(Argument a, argument(value, names, false));
      call.arguments.push_back(std::move(a));
    }
    return call;
  }
  DLAS_ASSIGN(Argument first, argument(node, names, false));
  call.arguments.push_back(std::move(first));
  DLAS_TRY(add_keywords(call, first_keywords(node), names));
  return call;
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().json_depth
Status add_refs(const Json& value, const Names& names, std::vector<Ref>& out) {
  if (is_ref(value)) {
    DLAS_ASSIGN(const Ref ref, ref_of(value, names));
    out.push_back(ref);
    return {};
  }
  if (text_of(value, "class_name") == "__keras_tensor__")
    return add_refs(member(member(value, "config"), "keras_history"), names, out);
  if (!value.is_array() && !value.is_object()) return make_error(Code::format, "layer, call, output", shown(value));
  for (const Json& one : value) DLAS_TRY(add_refs(one, names, out));
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().json_depth
void add_tensors(const Argument& argument, std::vector<Ref>& out) {
  if (argument.kind == Argument::Kind::tensor) out.push_back(argument.ref);
  for (const Argument& one : argument.list) add_tensors(one, out);
}

Status check_ref(const Wiring& w, const Ref& ref) {
  const Layer& layer = w.layers[ref.layer];
  if (ref.call < layer.calls.size()) return {};
  return make_error(Code::format, fmt::format("one of {} calls of '{}'", layer.calls.size(), layer.name),
                    fmt::format("call {}", ref.call));
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().json_depth
void each_ref(Argument& argument, const std::function<void(Ref&)>& f) {
  if (argument.kind == Argument::Kind::tensor) f(argument.ref);
  for (Argument& one : argument.list) each_ref(one, f);
}

void each_ref(Wiring& w, const std::function<void(Ref&)>& f) {
  for (Layer& layer : w.layers)
    for (Call& call : layer.calls) {
      for (Argument& a : call.arguments) each_ref(a, f);
      for (auto& [name, a] : call.keywords) each_ref(a, f);
    }
  for (Ref& r : w.inputs) f(r);
  for (Ref& r : w.outputs) f(r);
}

// A functional model inside another one has a call of its own, with its own inputs; Keras counts from there, so that the
// calls by the outer model begin with 1. Every call is read by something, so the largest number tells.
void count_calls_from_0(Wiring& w) {
  std::vector<std::size_t> most(w.layers.size());
  each_ref(w, [&](Ref& r) { most[r.layer] = std::max(most[r.layer], r.call); });
  each_ref(w, [&](Ref& r) {
    const Layer& layer = w.layers[r.layer];
    const bool model = layer.config->is_object() && layer.config->contains("layers");
    if (model && most[r.layer] == layer.calls.size() && r.call > 0) --r.call;
  });
}

Status count_tensors(Wiring& w) {
  for (const Layer& layer : w.layers) w.tensors.emplace_back(layer.calls.size(), 1);
  const auto note = [&](const std::vector<Ref>& refs) -> Status {
    for (const Ref& r : refs) {
      DLAS_TRY(check_ref(w, r));
      std::size_t& most = w.tensors[r.layer][r.call];
      most = std::max(most, r.tensor + 1);
    }
    return {};
  };
  for (const Layer& layer : w.layers)
    for (const Call& call : layer.calls) DLAS_TRY(note(call.tensors()));
  DLAS_TRY(note(w.inputs));
  return note(w.outputs);
}

// The calls in the order of the file, each behind those that it reads.
Status sort(Wiring& w) {
  std::vector<std::size_t> first;  // of each layer, among all calls
  std::size_t count = 0;
  for (const Layer& layer : w.layers) {
    first.push_back(count);
    count += layer.calls.size();
  }
  if (count > limits().nodes)
    return make_error(Code::limit, fmt::format("at most {} calls of layers", limits().nodes), fmt::format("{}", count));
  std::vector<Ref> calls;
  std::vector<std::vector<std::size_t>> readers(count);
  std::vector<std::size_t> waiting(count);
  for (std::size_t l = 0; l < w.layers.size(); ++l)
    for (std::size_t c = 0; c < w.layers[l].calls.size(); ++c) {
      for (const Ref& r : w.layers[l].calls[c].tensors()) {
        readers[first[r.layer] + r.call].push_back(calls.size());
        ++waiting[calls.size()];
      }
      calls.push_back({l, c, 0});
    }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < count; ++i)
    if (waiting[i] == 0) ready.push(i);
  while (!ready.empty()) {
    const std::size_t i = ready.top();
    ready.pop();
    w.order.push_back(calls[i]);
    for (const std::size_t r : readers[i])
      if (--waiting[r] == 0) ready.push(r);
  }
  if (w.order.size() == count) return {};
  const auto stuck =
      static_cast<std::size_t>(std::ranges::find_if(waiting, [](auto n) { return n > 0; }) - waiting.begin());
  return make_error(Code::graph, "layers without a circle",
                    fmt::format("one through '{}'", w.layers[calls[stuck].layer].name));
}

}  // namespace

std::vector<Ref> Call::tensors() const {
  std::vector<Ref> out;
  for (const Argument& a : arguments) add_tensors(a, out);
  for (const auto& [name, a] : keywords) add_tensors(a, out);
  return out;
}

const Argument* Call::keyword(std::string_view name) const {
  for (const auto& [key, a] : keywords)
    if (key == name) return &a;
  return nullptr;
}

Result<Layer> layer_of(const Json& entry) {
  Layer out;
  out.class_name = text_of(entry, "class_name");
  // A registered class bears its package: "Custom>CustomScaleLayer".
  if (const auto package = out.class_name.rfind('>'); package != std::string::npos)
    out.class_name.erase(0, package + 1);
  out.config = &member(entry, "config");
  out.name = text_of(entry, "name");
  if (out.name.empty()) out.name = text_of(*out.config, "name");
  if (out.class_name.empty()) return make_error(Code::format, "a layer with a class", shown(entry));
  if (out.name.size() > limits().name_bytes)
    return make_error(Code::limit, fmt::format("names of at most {} bytes", limits().name_bytes), "more");
  // Keras 3 names the module of a function in .keras; in .h5 it leaves it out, but functions have no type.
  const std::string module = text_of(entry, "module");
  out.operation = module.empty() ? out.config->is_object() && !out.config->contains("trainable") &&
                                       !out.config->contains("dtype") && !out.config->contains("layers") &&
                                       entry.contains("inbound_nodes") && out.class_name != "InputLayer"
                                 : module.starts_with("keras.src.ops") || module.starts_with("keras.ops");
  return out;
}

Result<Wiring> functional(const Json& config) {
  Wiring w;
  Names names;
  const Json& layers = member(config, "layers");
  if (!layers.is_array()) return make_error(Code::format, "a list of layers", shown(layers));
  for (const Json& entry : layers) {
    DLAS_ASSIGN(Layer one, layer_of(entry));
    if (!names.emplace(one.name, w.layers.size()).second)
      return make_error(Code::format, "layers of different names", fmt::format("'{}' twice", one.name));
    w.layers.push_back(std::move(one));
  }
  for (std::size_t i = 0; i < w.layers.size(); ++i) {
    Layer& layer = w.layers[i];
    const auto at = [&](Error error) { return error.at_node(layer.name, layer.class_name); };
    const Json& nodes = member(layers[i], "inbound_nodes");
    if (nodes.is_array())
      for (const Json& node : nodes) {
        auto call = call_of(node, names);
        if (!call.ok()) return at(call.error());
        layer.calls.push_back(*std::move(call));
      }
    if (layer.calls.empty()) layer.calls.emplace_back();
  }
  DLAS_TRY(add_refs(member(config, "input_layers"), names, w.inputs));
  DLAS_TRY(add_refs(member(config, "output_layers"), names, w.outputs));
  count_calls_from_0(w);
  DLAS_TRY(count_tensors(w));
  DLAS_TRY(sort(w));
  return w;
}

Result<Wiring> sequential(const Json& config) {
  Wiring w;
  const Json& layers = config.is_array() ? config : member(config, "layers");
  if (!layers.is_array() || layers.empty()) return make_error(Code::format, "a list of layers", shown(layers));
  if (layers.size() > limits().nodes)
    return make_error(Code::limit, fmt::format("at most {} layers", limits().nodes), fmt::format("{}", layers.size()));
  for (const Json& entry : layers) {
    DLAS_ASSIGN(Layer one, layer_of(entry));
    one.operation = false;
    Call call;
    if (!w.layers.empty()) {
      Argument before;
      before.kind = Argument::Kind::tensor;
      before.ref = {w.layers.size() - 1, 0, 0};
      call.arguments.push_back(std::move(before));
    }
    one.calls.push_back(std::move(call));
    w.order.push_back({w.layers.size(), 0, 0});
    w.layers.push_back(std::move(one));
    w.tensors.push_back({1});
  }
  w.inputs.push_back({0, 0, 0});
  w.outputs.push_back({w.layers.size() - 1, 0, 0});
  return w;
}

}  // namespace dlas::keras
