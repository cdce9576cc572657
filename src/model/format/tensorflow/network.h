// Nodes of a graph and of the functions it calls -> one graph: names resolved, calls replaced by what they call, variables by
// their values, control flow by the branch that is taken where that can be told.
//
// Only what the outputs need is converted. Nothing here is recursive: a call puts what it calls onto a stack, up to
// limits().subgraph_depth, and everything that is expanded counts towards limits().nodes.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/format/tensorflow/build.h"

namespace dlas::tensorflow {

// Where the values of variables are.
class Variables {
 public:
  struct Stored {
    Tensor tensor;
    Provenance origin;
    std::string name;
  };
  Variables() = default;
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;
  virtual ~Variables() = default;
  // Of the variable that `handle` (VarHandleOp, VariableV2) stands for.  Errors: not_found; of its data.
  virtual Result<Stored> value(const NodeProto& handle) const = 0;
};

// What a name stands for: "x", "x:1" in graphs, "x:output:0" in functions; "^x" asks only that x is computed first.
struct Reference {
  std::string_view node, argument;
  std::size_t index = 0;
  bool control = false;
  auto operator<=>(const Reference&) const = default;
};
Reference reference_of(std::string_view text);

// A tensor of the file: a value of the graph, a variable, or nothing, since its branch is not taken.
struct Flow {
  enum class Kind : std::uint8_t { missing, tensor, variable, dead };
  Kind kind = Kind::missing;
  std::int32_t id = kNone;  // of the value, or the variable
  static Flow of(ValueId value) { return {Kind::tensor, value}; }
};

class Network {
 public:
  // REQUIRES: graph, build and variables outlive it. `variables` may be null.
  Network(const GraphProto& graph, Build& build, const Variables* variables);

  // A placeholder that stands for an input of the graph.
  void give(std::string_view placeholder, ValueId value) { given_[placeholder] = value; }
  // The values of these tensors of the graph; kNone for one of a branch that is not taken.  Errors: of wiring, of types, of constants and variables; limits.
  Result<std::vector<ValueId>> values(const std::vector<std::string_view>& tensors);

 private:
  struct Function {
    FunctionProto proto;
    std::map<std::string_view, std::size_t> index;          // of nodes, by name
    std::map<std::string_view, std::size_t> outputs;        // their places
    std::map<std::string_view, std::string_view> returned;  // what makes an output
  };
  struct State {                             // of a node that is needed
    std::map<Reference, std::size_t> asked;  // outputs that others read, in the order of asking
    std::vector<Flow> flows;
    bool by_asked = false;             // flows are in the order of asking; else as the operator has them
    const Function* called = nullptr;  // names the outputs
    bool open = false, done = false;   // while nodes are sorted
  };
  struct Body {
    const std::vector<NodeProto>& nodes;
    const std::map<std::string_view, std::size_t>& index;
    std::map<std::string_view, Flow> arguments = {};
    std::string prefix = {};
    std::uint64_t depth = 0;
    std::map<std::size_t, State> states = {};
  };
  // A body whose nodes are being converted, and what is to be done with its outputs.
  struct Frame {
    Body body;
    std::vector<Reference> wanted = {};
    std::vector<std::size_t> order = {};  // of nodes
    std::size_t next = 0;
    State* state = nullptr;                // of the call; none for the graph itself
    const Function* function = nullptr;    // that is called
    std::vector<std::size_t> places = {};  // of `wanted` among its outputs
  };
  struct Variable {
    const NodeProto* handle = nullptr;
    ValueId value = kNone;
  };
  using Special = Status (Network::*)(Body& body, const NodeProto& node, State& state);

  static const std::map<std::string_view, Special>& specials();

  // network.cpp
  Result<std::vector<Flow>> run(const std::vector<Reference>& wanted);
  Status push(std::unique_ptr<Frame> frame);
  Result<std::vector<Flow>> flows_of(Frame& frame);
  Result<std::vector<std::size_t>> sorted(Body& body, const std::vector<Reference>& wanted);
  Status ask(Body& body, const Reference& reference, std::string_view reader, std::vector<std::size_t>& stack);
  Status node(Body& body, std::size_t index);
  Status operation(Body& body, const NodeProto& node, State& state);
  void begin(const Body& body, const NodeProto& node);
  Result<Flow> flow(Body& body, const Reference& reference);
  Result<std::vector<Flow>> inputs(Body& body, const NodeProto& node);
  Result<ValueId> value(const Flow& flow);
  Result<std::vector<ValueId>> known_values(const std::vector<Flow>& flows);
  Status keep(Body& body, const NodeProto& node, State& state, std::string_view why);
  static std::size_t place_of(const State& state, std::string_view op, const Reference& reference);
  static Status kill(State& state);

  // special.cpp
  Status placeholder(Body& body, const NodeProto& node, State& state);
  Status constant(Body& body, const NodeProto& node, State& state);
  Status same(Body& body, const NodeProto& node, State& state);
  Status handle(Body& body, const NodeProto& node, State& state);
  Status gather_from(Body& body, const NodeProto& node, State& state);
  Status nothing(Body& body, const NodeProto& node, State& state);
  Result<ValueId> variable_value(std::size_t variable);

  // functions.cpp
  Result<const Function*> function(std::string_view name);  // null when the file has none of that name
  Status call(Body& body, const NodeProto& node, State& state);
  Status call_by_name(Body& body, const NodeProto& node, State& state);
  Status call_function(Body& body, const NodeProto& node, State& state, std::string_view name,
                       const std::vector<Flow>& arguments);
  Status expand(const Body& body, const NodeProto& node, State& state, const Function& function,
                const std::vector<Flow>& arguments);
  Status branch(Body& body, const NodeProto& node, State& state);
  Status switch_by(Body& body, const NodeProto& node, State& state);
  Status merge(Body& body, const NodeProto& node, State& state);

  const GraphProto& graph_;
  Build& build_;
  const Variables* variables_;
  std::map<std::string_view, std::size_t> index_;
  std::map<std::string_view, Message> library_;
  std::map<std::string_view, Function> functions_;
  std::vector<std::unique_ptr<Frame>> frames_;
  std::set<std::string_view> active_;  // functions that are being expanded
  std::map<std::string_view, ValueId> given_;
  std::vector<Variable> known_variables_;
  std::optional<Error> problem_;  // of the library
};

}  // namespace dlas::tensorflow
