#include "study/compare/json_graph.h"

#include "base/text.h"

namespace dlas::study {

nlohmann::ordered_json to_json(const Wiring& wiring) {
  using Json = nlohmann::ordered_json;
  Json boxes = Json::array(), outputs = Json::array();
  for (const Wiring::Box& box : wiring.boxes) {
    Json makes = Json::array();
    for (const Wiring::Made& made : box.makes)
      makes.push_back({{"name", valid_utf8(made.name)}, {"type", valid_utf8(made.type)}});
    boxes.push_back({{"name", valid_utf8(box.name)},
                     {"op", valid_utf8(box.op)},
                     {"reads", box.reads},
                     {"makes", std::move(makes)}});
  }
  for (const std::string& name : wiring.outputs) outputs.push_back(valid_utf8(name));
  return {{"boxes", std::move(boxes)}, {"outputs", std::move(outputs)}};
}

}  // namespace dlas::study
