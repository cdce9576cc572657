#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/show.h"

namespace dlas::cli {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<std::uint64_t>& n) { return n ? Json(*n) : Json(nullptr); }

Json utf8_list(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(valid_utf8(text));
  return list;
}

Json values(const Graph& graph, const std::vector<ValueId>& ids) {
  Json list = Json::array();
  for (const ValueId id : ids) {
    const Value& value = graph.value(id);
    list.push_back({{"name", valid_utf8(value.name)},
                    {"type", valid_utf8(text(value.type))},
                    {"dtype", text(value.type.dtype)},
                    {"axes", value.type.axes.empty() ? Json(nullptr) : Json(valid_utf8(value.type.axes))}});
    list.back()["shape"] = nullptr;
    if (!value.type.ranked()) continue;
    list.back()["shape"] = Json::array();
    for (const Dim& dim : *value.type.dims)
      list.back()["shape"].push_back(dim.known() ? Json(dim.size()) : Json(valid_utf8(text(dim))));
  }
  return list;
}

Json layers(const study::Outline& outline) {
  Json list = Json::array();
  for (const study::Layer& layer : outline.layers)
    list.push_back({{"name", valid_utf8(layer.name)},
                    {"operator", valid_utf8(layer.op)},
                    {"known", layer.known},
                    {"outputs", utf8_list(layer.outputs)},
                    {"type", layer.type.empty() ? Json(nullptr) : Json(valid_utf8(layer.type))},
                    {"macs", or_null(layer.macs)},
                    {"parameters", layer.parameters},
                    {"output_bytes", or_null(layer.output_bytes)}});
  return list;
}

Json constants(const Shown& s) {
  Json list = Json::array();
  std::size_t next = 0;  // weights, when there, are in the order of the constants
  for (const Value& value : s.model.graph.values()) {
    if (!value.is_constant()) continue;
    const Provenance& origin = value.origin;
    list.push_back({{"name", valid_utf8(value.name)},
                    {"type", valid_utf8(dimensions(value.type))},
                    {"file", origin.offset ? Json(valid_utf8(origin.file)) : Json(nullptr)},
                    {"offset", or_null(origin.offset)},
                    {"bytes", value.constant.bytes().size()}});
    if (next >= s.weights.size()) continue;
    const study::WeightRange& range = s.weights[next++];
    list.back()["least"] = range.least;
    list.back()["largest"] = range.largest;
    list.back()["mean"] = range.mean;
    list.back()["zeros"] = range.zeros;
    list.back()["nan"] = range.nans;
    list.back()["infinite"] = range.infinities;
  }
  return list;
}

Json quantization(const study::Outline& outline) {
  Json list = Json::array();
  for (const study::QuantizedKind& kind : outline.quantized)
    list.push_back(
        {{"dtype", kind.dtype}, {"constant", kind.constant}, {"per_axis", kind.per_axis}, {"values", kind.values}});
  return list;
}

Json metadata(const Shown& s) {
  Json json = Json::object();
  for (const auto& [key, value] : s.model.graph.metadata) json[valid_utf8(key)] = valid_utf8(value);
  return json;
}

Json pictures(const Shown& s) {
  if (!s.pictures) return nullptr;
  Json json = {{"name", valid_utf8(s.pictures->name)},
               {"description", valid_utf8(s.pictures->description)},
               {"author", valid_utf8(s.pictures->author)},
               {"license", valid_utf8(s.pictures->license)},
               {"label_file", valid_utf8(s.pictures->label_file)},
               {"labels", s.pictures->labels.size()}};
  json["inputs"] = Json::array();
  for (const tflite::TensorMetadata& input : s.pictures->inputs)
    json["inputs"].push_back({{"name", valid_utf8(input.name)}, {"mean", input.mean}, {"std", input.std}});
  return json;
}

Json faults(const study::Outline& outline) {
  Json list = Json::array();
  for (const Note& note : outline.faults)
    list.push_back({{"severity", severity(note.severity)},
                    {"node", note.node.empty() ? Json(nullptr) : Json(valid_utf8(note.node))},
                    {"text", valid_utf8(note.text)}});
  return list;
}

// Appended, not looked up: an object of this library is a list, and a file may name thousands of operators.
Json operators(const study::Outline& outline) {
  Json::object_t counts;
  for (const auto& [name, count] : outline.operators) counts.emplace_back(valid_utf8(name), count);
  return counts;
}

}  // namespace

nlohmann::ordered_json show_json(const Shown& s) {
  const Graph& graph = s.model.graph;
  const study::Outline& o = s.outline;
  Json json = {{"schema", "dlas.show/1"},
               {"file", valid_utf8(s.model.path)},
               {"format", s.model.format},
               {"content", text(s.model.content)},
               {"inputs", values(graph, graph.inputs)},
               {"outputs", values(graph, graph.outputs)},
               {"nodes", graph.nodes().size()},
               {"taken_as_one", utf8_list(o.taken_as_one)},
               {"parameters", o.totals.parameters},
               {"parameter_bytes", o.totals.parameter_bytes},
               {"macs", o.totals.macs},
               {"peak_activation_bytes", o.totals.peak_activation_bytes},
               {"uncounted_nodes", o.uncounted},
               {"quantisation", quantization(o)}};
  json["operators"] = operators(o);
  json["unknown_operators"] = utf8_list(o.unknown);
  json["metadata"] = metadata(s);
  json["pictures"] = pictures(s);
  json["faults"] = faults(o);
  json["layers"] = layers(o);
  json["constants"] = constants(s);
  return json;
}

}  // namespace dlas::cli
