// What a repair changes in a graph: typed edits as values that print, parse, compare and can be undone.
//
// In this folder: edit.h (the edits and their line of text), edit_json.h (the same as JSON), apply.h (a graph with edits, all or
// none), tensor_change.h (how one tensor becomes another, the shortest way of saying it), splice.h (nodes in and out of a graph).
// Nodes and values go by their names: a node by its own, or by that of its first output where several nodes have one name
// (find_node and node_name in splice.h agree on that). One more kind of edit: a struct below, its line in edit_text.cpp, its
// object in edit_json.cpp, its function in apply.cpp; a test walks the variant.
// May include compiler, model and study/compare.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/tensor.h"
#include "model/graph/attribute.h"
#include "model/graph/type.h"

namespace dlas::study {

// One attribute of one node. An attribute that an operator may lack is removed by an absent `after`.
struct SetAttribute {
  std::string node, name;
  std::optional<AttributeValue> after;
  std::optional<AttributeValue> before = {};  // checked when it is there
};

// Elements are read as if the tensor had the sizes `from` (none: its own), and the axes put into the order `perm`:
// axis i of the result is axis perm[i]. With the identity it gives the tensor other sizes.
struct AxesChange {
  std::vector<std::int64_t> perm;
  std::vector<std::int64_t> from = {};
};
// Slice i along `axis` is slice order[i] of before.
struct OrderChange {
  std::int64_t axis = 0;
  std::vector<std::int64_t> order;
};
// x -> scale x + offset in float64, rounded once to the tensor's type; one pair for all (axis -1) or one a slice of the axis.
struct AffineChange {
  std::int64_t axis = -1;
  std::vector<double> scale, offset;
};
// Other contents, of another type or shape too.
struct CopyChange {
  Tensor tensor;
};
using TensorChange = std::variant<AxesChange, OrderChange, AffineChange, CopyChange>;

// The content of one constant. tensor_change.h finds the shortest change.
struct SetTensor {
  std::string value;
  TensorChange change;
  std::optional<Hash> before = {};  // hash_of the tensor it is meant for; checked when it is there
};

// Scale, zero point and axis of one value; absent: plain numbers.
struct SetQuantization {
  std::string value;
  std::optional<Quantization> after;
  std::optional<Quantization> before = {};  // what the value must have now, when it is there
};

// A new node behind what it reads. `readers` read its first output from then on: "node:slot", or ":i" for output i of the graph.
struct InsertNode {
  std::string node, op;
  AttributeList attributes;
  std::vector<std::string> inputs;   // names of values; "" for an absent one
  std::vector<std::string> outputs;  // names of new values
  std::vector<std::string> readers = {};
};

// A node goes; who read its output reads its input `slot`. -1: nobody may read it.
struct DeleteNode {
  std::string node;
  std::int64_t slot = 0;
};

// Input `slot` of a node reads another value ("": none). Without a node: output `slot` of the graph.
struct Rewire {
  std::string node;
  std::int64_t slot = 0;
  std::string after;
  std::optional<std::string> before = {};  // checked when it is there
};

// The nodes between the values `inputs` and `outputs` become those of another graph, in the graph's text form, whose inputs and
// outputs stand in the same order.
struct ReplaceRegion {
  std::vector<std::string> inputs, outputs;
  std::string replacement;
};

// Which values the graph gives, in their order.
struct SetOutputs {
  std::vector<std::string> after;
  std::optional<std::vector<std::string>> before = {};
};

// What the model expects of its surroundings, kept as metadata "dlas.<key>" of the graph: "recipe" (words of docs/recipes.md with
// layout, channel order, mean and labels), "answers" (logits or probabilities). It computes nothing.
struct SetContract {
  std::string key;
  std::string after;                       // empty: not stated
  std::optional<std::string> before = {};  // checked when it is there
};

using Edit = std::variant<SetAttribute, SetTensor, SetQuantization, InsertNode, DeleteNode, Rewire, ReplaceRegion,
                          SetOutputs, SetContract>;

bool same(const Edit& a, const Edit& b);

// "set_attribute", ...: as in JSON.
std::string_view kind_of(const Edit& edit);
// The node or value that it is about: "conv1", "w"; the outputs' names for the rest.
std::string target_of(const Edit& edit);

// One line that a person reads and parse_edit reads back:
//   set "conv1" "pads" [0,0,1,1] was [1,1,0,0]        tensor "w" order 1 [2,1,0]
//   insert "relu" "Relu" {} s["x"] -> s["y"] for s["add:1"]        rewire "add" 1 "x" was "y"
std::string to_text(const Edit& edit);
// The same with long lists and tensors cut: for reports. Does not parse.
std::string summary(const Edit& edit);
// Errors: format, with what was expected.
Result<Edit> parse_edit(std::string_view line);

// The inverse of text(Hash); nothing for anything else.
std::optional<Hash> parse_hash(std::string_view hex);

// How much must be said to state the edit, in bytes: names and "was" cost nothing, a number 8, a tensor its bytes. Of two
// edits that repair the same, the shorter one is the better explanation.
std::uint64_t description_length(const Edit& edit);

}  // namespace dlas::study
