// Which layer reads what: the calls of a model's layers, in an order in which they can be computed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/format/keras/config.h"

namespace dlas::keras {

// One output of one call of a layer.
struct Ref {
  std::size_t layer = 0, call = 0, tensor = 0;
  auto operator<=>(const Ref&) const = default;
};

// An argument of a call: a tensor, a list of arguments, or a value of the file. Moved only: a copy would call itself for the list.
struct Argument {
  Argument() = default;
  Argument(Argument&&) = default;
  Argument& operator=(Argument&&) = default;

  enum class Kind { tensor, list, value };
  Kind kind = Kind::value;
  Ref ref;
  std::vector<Argument> list;
  const Json* value = nullptr;
};

struct Call {
  std::vector<Argument> arguments;
  std::vector<std::pair<std::string, Argument>> keywords;
  // All tensors among the arguments, in order; those of the keywords behind them.
  std::vector<Ref> tensors() const;
  const Argument* keyword(std::string_view name) const;
};

struct Layer {
  std::string name, class_name;
  bool operation = false;  // a function of Keras 3, not a layer
  const Json* config = nullptr;
  std::vector<Call> calls;
};

struct Wiring {
  std::vector<Layer> layers;                      // as in the file
  std::vector<Ref> inputs, outputs;               // of the model
  std::vector<Ref> order;                         // calls, `tensor` unused
  std::vector<std::vector<std::size_t>> tensors;  // by layer and call: how many outputs are read, at least 1
};

// Layers of a functional model.  Errors: format, graph (cycles), limit.
Result<Wiring> functional(const Json& config);
// Layers of a sequential model: each has one call, of what the one before it gives; the first may be an input.
Result<Wiring> sequential(const Json& config);

// What a layer's entry in a list of layers says of it.
Result<Layer> layer_of(const Json& entry);

}  // namespace dlas::keras
