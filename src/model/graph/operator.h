// What an operator is: a value made of pure functions. The operators themselves live in model/op, one file each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "model/graph/attribute.h"
#include "model/graph/type.h"

namespace dlas {

struct Op;
struct Traits;  // model/op/traits.h: what an executor may vary, such as the rounding of quantised arithmetic

// Types of a node's inputs or outputs, by slot. An absent optional input has dtype none.
class Types {
 public:
  Types() = default;
  Types(std::initializer_list<Type> types) : types_(types) {}
  explicit Types(std::vector<Type> types) : types_(std::move(types)) {}
  bool has(std::size_t slot) const { return slot < types_.size() && types_[slot].dtype != DType::none; }
  const Type& operator[](std::size_t slot) const { return types_[slot]; }
  Type& operator[](std::size_t slot) { return types_[slot]; }
  std::size_t size() const { return types_.size(); }
  auto begin() const { return types_.begin(); }
  auto end() const { return types_.end(); }
  void push_back(Type type) { types_.push_back(std::move(type)); }

 private:
  std::vector<Type> types_;
};

// Where an operator stands: its node, attributes, and what is known of its inputs' contents.
// Also the maker of its errors, which thus always carry node, operator and slot.
struct Site {
  const Op& op;
  std::string_view node;
  const AttributeSet& set;
  std::span<const Tensor> constants;  // by input slot; absent where the content is not known
  std::size_t outputs = 1;            // how many the node has (trailing optional ones may be missing)

  template <typename A>
  const A& attributes() const {
    return set.as<A>();
  }
  // The content of an input if it is known (always, when the operator runs); null otherwise.
  const Tensor* constant(std::size_t slot) const {
    return slot < constants.size() && !constants[slot].absent() ? &constants[slot] : nullptr;
  }

  Error wrong_input(std::size_t slot, std::string_view expected, const Type& found) const;
  Error wrong_input(std::size_t slot, std::string_view expected, std::string_view found) const;
  Error wrong_attribute(std::string_view name, std::string_view expected, std::string_view found) const;
  Error unsupported(std::string_view what) const;  // legal, but not computed here
};

// One execution of one node. Inputs and outputs by slot; an absent input is an absent Tensor.
struct Call {
  const Site& site;
  const Types& in_types;       // with quantisation
  const Types& out_types;      // with quantisation; shapes fixed unless the operator is `dynamic`
  std::span<const Tensor> in;  // 4-bit inputs come widened to 8 bits
  std::span<Tensor> out;       // zero-filled, of out_types; for a `dynamic` operator absent: it makes them itself
  const Traits& traits;

  template <typename A>
  const A& attributes() const {
    return site.attributes<A>();
  }
  bool has(std::size_t slot) const { return slot < in.size() && !in[slot].absent(); }
};

// Work of one execution, for fixed shapes.
struct Cost {
  std::uint64_t macs = 0;        // multiply-accumulates
  std::uint64_t operations = 0;  // other arithmetic: comparisons, additions, function calls
  std::uint64_t bytes = 0;       // read and written once each
};

// What `Op::run` makes of quantised tensors, whose stored integers stand for other numbers.
enum class Units : std::uint8_t {
  refused,   // it would take the integers for the numbers: an executor refuses the node
  moved,     // integers go to other places; all quantised inputs have one quantisation
  compared,  // likewise, chosen by their order: one scale for the whole tensor
  real,      // it reads the numbers they stand for and makes plain outputs
};

struct Op {
  std::string_view name;     // as in the newest ONNX where ONNX has it
  std::string_view inputs;   // "input weight bias?" - ? optional; "inputs..." any number, at least one
  std::string_view outputs;  // likewise
  const AttributeSchema* attributes = &no_attributes();
  // Types of the outputs. Inputs are ranked (an operator with unranked inputs is not asked), sizes may be unknown;
  // required inputs are there and their number is right. Trusts nothing else. As many types as the op has outputs
  // (variadic: site.outputs).
  Result<Types> (*infer)(const Site& site, const Types& in);
  // Computes the outputs. May trust `infer`, which was called with the actual shapes and contents.
  Status (*run)(const Call& call);
  // The same for quantised tensors, integer arithmetic; null: `run` does what `units` says.
  Status (*run_quantized)(const Call& call) = nullptr;
  // Null: one operation an output element, and all inputs and outputs moved once.
  Cost (*cost)(const Site& site, const Types& in, const Types& out) = nullptr;
  bool dynamic = false;      // output shapes depend on the data: `run` makes its outputs itself
  bool elementwise = false;  // each output element depends on the input elements at the same (broadcast) place only
  Units units = Units::refused;
};

// Slots of a signature string.
struct Slot {
  std::string_view name;
  bool optional = false;
  bool variadic = false;
};
std::vector<Slot> slots(std::string_view signature);
std::string slot_text(const Op& op, std::size_t input);  // "input 2 'max'"

// Cost of a node under the rules above.
Cost cost_of(const Site& site, const Types& in, const Types& out);

}  // namespace dlas
