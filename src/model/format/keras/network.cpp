#include "model/format/keras/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "model/format/keras/layer.h"
#include "model/format/keras/operation.h"

namespace dlas::keras {
namespace {

bool is_model(std::string_view class_name) {
  return class_name == "Functional" || class_name == "Model" || class_name == "Sequential";
}

// What is the same for all models of a file.
struct Context {
  const Container& container;
  Build& build;
  int keras;
  std::string path;
  std::uint64_t calls = 0;
};

class Network {
 public:
  Network(Context& context, Place place, bool sequential_model)
      : context_(context), place_(std::move(place)), sequential_(sequential_model) {}

  Status open(const Json& config) {
    auto wiring = sequential_ ? sequential(config) : functional(config);
    if (!wiring.ok()) return std::move(wiring).error();
    wiring_ = *std::move(wiring);
    config_ = &config;
    return find_places();
  }

  // Calls every layer. No `in`: the inputs become those of the graph.
  Outputs run(const std::vector<ValueId>* in, std::string prefix);

 private:
  Status find_places();
  Result<ValueId> input(const Layer& layer, const std::vector<ValueId>* in, std::size_t index);
  Outputs call(const Ref& at);
  Outputs computed(Draft& draft, const Ref& at);
  Outputs inner_model(const Draft& draft, std::size_t layer);
  Status load_weights(std::size_t layer);
  Status give_weights(std::size_t layer, const LayerKind* kind, std::vector<Weight> found);
  Result<std::vector<ValueId>> cast(const Draft& draft, const Layer& layer);
  Result<std::vector<LayerWeight>> weights_to_compute(const Draft& draft, const Layer& layer);
  std::string full_name(const Layer& layer, std::size_t call = 0) const;

  Context& context_;
  Place place_;
  std::string prefix_;  // of the names of layers: "block/", "block_1/" when the model is called again
  bool sequential_;
  Wiring wiring_;
  const Json* config_ = nullptr;
  std::vector<std::string> paths_;                           // of the layers' variables
  std::map<std::size_t, std::vector<LayerWeight>> weights_;  // by layer, once loaded
  std::map<std::size_t, std::unique_ptr<Network>> inner_;    // models inside, by layer
  std::map<Ref, ValueId> values_;
};

// Keras 3 counts classes among the layers of a model; functions do not count, nor does the input of a sequential model.
Status Network::find_places() {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < wiring_.layers.size(); ++i) {
    const Layer& layer = wiring_.layers[i];
    paths_.emplace_back();
    if (layer.operation || (sequential_ && i == 0 && layer.class_name == "InputLayer")) continue;
    const std::string snake = snake_case(layer.class_name);
    const std::size_t n = seen[snake]++;
    const std::string folder = n == 0 ? snake : fmt::format("{}_{}", snake, n);
    paths_.back() = place_.path.empty() ? "layers/" + folder : fmt::format("{}/layers/{}", place_.path, folder);
  }
  return {};
}

// A second call of a layer has a number: "conv", "conv_1".
std::string Network::full_name(const Layer& layer, std::size_t call) const {
  const std::string name = layer.name.empty() ? layer.class_name : layer.name;
  return prefix_ + (call == 0 ? name : fmt::format("{}_{}", name, call));
}

// The type of an input from the settings of its layer.
Result<Type> input_type(const Json& config, const Json& model, DType absent) {
  Settings s(config);
  const Json* shape = &s.json("batch_input_shape");
  if (shape->is_null()) shape = &s.json("batch_shape");
  if (shape->is_null()) shape = &member(model, "build_input_shape");
  DLAS_ASSIGN(const Policy policy, policy_of(s.json("dtype")));
  Type type = Type::unranked(s.has("dtype") ? policy.compute : absent);
  for (const std::string_view name : {"sparse", "ragged"})
    if (s.flag(name, false)) s.refuse(name, "dense inputs");
  DLAS_TRY(s.status());
  if (!shape->is_array()) return type;
  if (shape->size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", shape->size()));
  type.dims.emplace();
  for (const Json& size : *shape) {
    const bool known = size.is_number_integer() && size.get<std::int64_t>() >= 0;
    if (!known && !size.is_null()) return make_error(Code::format, "sizes of an input", shown(*shape));
    type.dims->push_back(known ? Dim(size.get<std::int64_t>()) : Dim());
  }
  return type;
}

Result<ValueId> Network::input(const Layer& layer, const std::vector<ValueId>* in, std::size_t index) {
  if (in != nullptr) {
    if (index >= in->size())
      return make_error(Code::format, fmt::format("{} inputs of a model", wiring_.inputs.size()),
                        fmt::format("{}", in->size()));
    return (*in)[index];
  }
  DLAS_ASSIGN(Type type, input_type(*layer.config, *config_, DType::f32));
  Graph& graph = context_.build.graph();
  const ValueId value = graph.add_input(full_name(layer), std::move(type));
  graph.value(value).origin = {context_.path, layer.name, std::nullopt, 0};
  return value;
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().subgraph_depth
Outputs Network::run(const std::vector<ValueId>* in, std::string prefix) {
  prefix_ = std::move(prefix);
  values_.clear();
  std::map<std::size_t, std::size_t> inputs;  // layer -> its number among the inputs
  for (std::size_t i = 0; i < wiring_.inputs.size(); ++i) inputs.emplace(wiring_.inputs[i].layer, i);
  if (in == nullptr) {  // in the order of the model's inputs, not of its layers
    for (std::size_t i = 0; i < wiring_.inputs.size(); ++i) {
      const Ref& r = wiring_.inputs[i];
      auto value = input(wiring_.layers[r.layer], in, i);
      if (!value.ok()) return value.error().at_node(wiring_.layers[r.layer].name, "InputLayer");
      values_[{r.layer, 0, 0}] = *value;
    }
  }
  for (const Ref& at : wiring_.order) {
    const Layer& layer = wiring_.layers[at.layer];
    const auto number = inputs.find(at.layer);
    if (number != inputs.end() && at.call == 0) {
      if (in != nullptr) {
        DLAS_ASSIGN(const ValueId given, input(layer, in, number->second));
        values_[Ref{at.layer, 0, 0}] = given;
      }
      // A sequential model may begin with a layer that computes.
      if (!sequential_ || layer.class_name == "InputLayer") continue;
    }
    auto out = call(at);
    if (!out.ok()) return out.error().at_node(full_name(layer, at.call), layer.class_name);
    for (std::size_t i = 0; i < out->size(); ++i) values_[{at.layer, at.call, i}] = (*out)[i];
  }
  std::vector<ValueId> out;
  for (const Ref& r : wiring_.outputs) {
    const auto value = values_.find(r);
    if (value == values_.end())
      return make_error(Code::format, "outputs that layers give",
                        fmt::format("output {} of '{}'", r.tensor, wiring_.layers[r.layer].name));
    out.push_back(value->second);
  }
  return out;
}

// Input of another type than the layer computes in is cast; so are, with a mixed policy, the weights.
Result<std::vector<ValueId>> Network::cast(const Draft& draft, const Layer& layer) {
  DLAS_ASSIGN(const Policy policy, policy_of(member(*layer.config, "dtype")));
  std::vector<ValueId> out = draft.in;
  if (layer.operation || !is_float(policy.compute) || !layer.config->contains("dtype")) return out;
  Build& build = context_.build;
  for (ValueId& v : out) {
    const DType found = build.type(v).dtype;
    if (!is_float(found) || found == policy.compute) continue;
    DLAS_ASSIGN(v, build.add(draft, "Cast", "Cast", {{"to", policy.compute}}, {v}));
  }
  return out;
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().subgraph_depth
Outputs Network::call(const Ref& at) {
  const Layer& layer = wiring_.layers[at.layer];
  const Call& call = layer.calls[at.call];
  static const std::vector<LayerWeight> none;
  std::vector<ValueId> in;
  for (const Ref& r : call.tensors()) {
    const auto value = values_.find(r);
    if (value == values_.end())
      return make_error(Code::format, "an output that the layer gives",
                        fmt::format("output {} of '{}'", r.tensor, wiring_.layers[r.layer].name));
    in.push_back(value->second);
  }
  if (sequential_ && at.layer == 0) in = {values_.at({0, 0, 0})};
  // Counted apart from nodes: a model inside may have none, and be called twice by one that is called twice, and so on.
  if (++context_.calls > limits().nodes)
    return make_error(Code::limit, fmt::format("at most {} calls of layers", limits().nodes), "more");
  if (!layer.operation && !is_model(layer.class_name)) DLAS_TRY(load_weights(at.layer));
  const auto weights = weights_.find(at.layer);
  Draft draft{full_name(layer, at.call),
              layer.class_name,
              Settings(*layer.config),
              call,
              in,
              weights == weights_.end() ? none : weights->second,
              context_.keras,
              layer.name};
  if (is_model(layer.class_name)) return inner_model(draft, at.layer);
  DLAS_ASSIGN(const auto cast_weights, weights_to_compute(draft, layer));
  Draft computing{draft.name, draft.class_name, draft.settings, call,
                  draft.in,   cast_weights,     draft.keras,    draft.origin};
  return computed(computing, at);
}

// A mixed policy keeps weights in another type than it computes in; normalisations compute in that of their weights.
Result<std::vector<LayerWeight>> Network::weights_to_compute(const Draft& draft, const Layer& layer) {
  std::vector<LayerWeight> out = draft.weights;
  const auto policy = policy_of(member(*layer.config, "dtype"));
  if (!policy.ok()) return out;  // refused where the layer is computed
  if (policy->compute == policy->variable || layer.class_name.ends_with("Normalization")) return out;
  for (LayerWeight& w : out) {
    if (w.value == kNone || !is_float(context_.build.type(w.value).dtype)) continue;
    DLAS_ASSIGN(w.value, context_.build.add(draft, w.name + "_cast", "Cast", {{"to", policy->compute}}, {w.value}));
  }
  return out;
}

Outputs Network::computed(Draft& draft, const Ref& at) {
  const Layer& layer = wiring_.layers[at.layer];
  const LayerKind* kind = layer_kind(layer.class_name);
  const std::size_t outputs = wiring_.tensors[at.layer][at.call];
  const bool function = layer.operation || is_function_layer(layer.class_name);
  if (kind == nullptr && !function) return context_.build.keep_unknown(draft, why_unknown(layer.class_name), outputs);
  const auto convert = [&]() -> Outputs {
    DLAS_ASSIGN(draft.in, cast(draft, layer));
    if (!function) return kind->converter(draft, context_.build);
    return operation(draft, context_.build, layer.operation ? layer.class_name : draft.settings.word("function", "?"));
  };
  auto out = convert();
  if (!out.ok() && out.error().code == Code::unsupported)
    return context_.build.keep_unknown(draft, out.error().found, outputs);
  return out;
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().subgraph_depth
Outputs Network::inner_model(const Draft& draft, std::size_t index) {
  std::unique_ptr<Network>& inner = inner_[index];
  if (!inner) {
    Place place = place_;
    place.names.push_back(wiring_.layers[index].name);
    place.path = paths_[index];
    if (place.names.size() > limits().subgraph_depth)
      return make_error(Code::limit, fmt::format("at most {} models inside each other", limits().subgraph_depth),
                        "more");
    inner = std::make_unique<Network>(context_, std::move(place), draft.class_name == "Sequential");
    DLAS_TRY(inner->open(draft.settings.all()));
  }
  // Its calls share its weights.
  return inner->run(&draft.in, draft.name + "/");
}

Status Network::give_weights(std::size_t index, const LayerKind* kind, std::vector<Weight> found) {
  const Layer& layer = wiring_.layers[index];
  std::vector<std::string> names;
  if (kind != nullptr) names = roles(*kind, *layer.config);
  else
    for (const Weight& w : found) names.push_back(w.name);
  // Dropout and its kind keep the state of a random generator, which no role names.
  if (kind != nullptr && kind->weights.empty()) return {};
  if (names.size() != found.size())
    return make_error(Code::mismatch, fmt::format("{} weights", names.size()), fmt::format("{}", found.size()));
  std::vector<LayerWeight> out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    Provenance origin{context_.path, found[i].path, std::nullopt, found[i].array.stored_bytes};
    if (found[i].array.offset && context_.container.weights_at)
      origin.offset = *found[i].array.offset + *context_.container.weights_at;
    const ValueId value = context_.build.graph().add_constant(fmt::format("{}/{}", full_name(layer), names[i]),
                                                              std::move(found[i].array.tensor), std::move(origin));
    out.push_back({names[i], value});
  }
  weights_.emplace(index, std::move(out));
  return {};
}

// Once a layer, whatever the number of its calls.
Status Network::load_weights(std::size_t index) {
  if (weights_.contains(index)) return {};
  const LayerKind* kind = layer_kind(wiring_.layers[index].class_name);
  if (kind != nullptr && kind->weights.empty()) return {};
  Place place = place_;
  place.names.push_back(wiring_.layers[index].name);
  place.path = paths_[index];
  DLAS_ASSIGN(std::vector<Weight> found, context_.container.weights->of(place));
  return give_weights(index, kind, std::move(found));
}

}  // namespace

Status build_model(const Container& container, Build& build, int keras) {
  const std::string class_name = text_of(container.model, "class_name");
  const Json& config = member(container.model, "config");
  if (!is_model(class_name) && !member(config, "layers").is_array())
    return make_error(Code::unsupported, "a functional or sequential model", fmt::format("class '{}'", class_name));
  Context context{container, build, keras, build.path()};
  Network network(context, {}, class_name == "Sequential");
  DLAS_TRY(network.open(config));
  build.graph().name = text_of(config, "name");
  DLAS_ASSIGN(const auto outputs, network.run(nullptr, ""));
  build.graph().outputs = outputs;
  return {};
}

}  // namespace dlas::keras
