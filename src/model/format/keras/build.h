// The graph while a Keras model is read: values, constants and nodes, with their types as they come.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/format/keras/container.h"
#include "model/format/keras/wiring.h"
#include "model/graph/graph.h"

namespace dlas::keras {

// A weight of a layer in the graph.
struct LayerWeight {
  std::string name;  // Keras' name of its role, "kernel"; its name in the file for a layer that dlas does not know
  ValueId value = kNone;
};

// One call of one layer while it is converted.
struct Draft {
  std::string name;  // with the names of the models around it: "backbone/conv1"
  std::string class_name;
  Settings settings;
  const Call& call;
  std::vector<ValueId> in;  // all tensors of the call
  const std::vector<LayerWeight>& weights;
  int keras = 2;       // major version
  std::string origin;  // name in the file

  ValueId weight(std::string_view role) const;  // kNone when the layer has none
};

using Outputs = Result<std::vector<ValueId>>;

class Build {
 public:
  explicit Build(std::string path) : path_(std::move(path)) {}
  Graph& graph() { return graph_; }
  const std::string& path() const { return path_; }
  const Type& type(ValueId value) const { return graph_.value(value).type; }
  std::optional<std::size_t> rank(ValueId value) const;

  // A node with one output. `part` names a step inside the layer; the last step has none and bears the layer's name.
  // Errors: unsupported when dlas has no such operator; of its attributes and types.
  Result<ValueId> add(const Draft& draft, std::string_view part, std::string_view op, const AttributeList& attributes,
                      std::vector<ValueId> in);
  // The same with several outputs, all named after the layer.
  Outputs add_many(const Draft& draft, std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                   std::size_t outputs);
  ValueId constant(const Draft& draft, std::string_view part, Tensor tensor);
  ValueId list(const Draft& draft, std::string_view part, const std::vector<std::int64_t>& numbers);
  // Numbers of the element type of `like` (float32 when that is not known); no sizes make a scalar.
  ValueId numbers(const Draft& draft, std::string_view part, const std::vector<double>& values, Shape shape,
                  ValueId like);
  ValueId scalar(const Draft& draft, std::string_view part, double value, ValueId like) {
    return numbers(draft, part, {value}, {}, like);
  }
  // Kept as the file has it: it shows, but does not run.
  std::vector<ValueId> keep_unknown(const Draft& draft, std::string_view why, std::size_t outputs);

 private:
  void label(const Node& node, const AttributeList& attributes);
  std::string path_;
  Graph graph_;
};

Error cannot(std::string_view expected, std::string_view found);  // unsupported

}  // namespace dlas::keras
