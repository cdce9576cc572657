// Moves transposes down a graph: values are computed in another order of axes, and put back only where somebody needs the old one.
//
// A value may have a twin: a value of the new graph with  old = Transpose(twin, perm).  Operators that do not care for the order of
// axes take twins and make twins. An old value whose twin alone exists is made by a Transpose when it is first asked for.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "compiler/rebuild.h"

namespace dlas::compiler {

using Perm = std::vector<std::size_t>;  // old axis i is axis perm[i] of the twin

Perm inverse(const Perm& perm);
bool is_identity(const Perm& perm);
std::optional<Perm> perm_of(const Node& transpose, std::size_t rank);  // nothing when it does not fit the rank

struct Twin {
  ValueId value = kNone;  // of the new graph
  Perm perm;
};

class LayoutFlow {
 public:
  explicit LayoutFlow(const Graph& before) : out_(before) {}
  Rebuild& out() { return out_; }

  const Twin* twin(ValueId old) const;
  void set_twin(ValueId old, Twin twin);
  // The twin with this permutation, made by a Transpose when there is none.
  ValueId twin_or_made(ValueId old, const Perm& perm);
  // The value in its old order, made by a Transpose when only a twin exists.
  ValueId plain(ValueId old);

  // Computes the node on the twins of its inputs; its output gets a twin. False when the operator cares for the order, or when its
  // inputs have no twins of one permutation: nothing is written then.
  bool pass_through(const Node& node);
  // Writes the node with its inputs in their old order.
  void copy(const Node& node);
  // Writes the node on new inputs as the twin of its first output.
  void put_twin(const Node& node, AttributeSet attributes, std::vector<ValueId> new_inputs, const Perm& perm);
  Status finish(Graph& graph);

 private:
  // Channels that are split, put into another order and joined again, as grouped networks shuffle them: layout_shuffle.cpp.
  bool split_channels(const Node& node);
  bool turn(const Node& node);
  bool join_channels(const Node& node);
  std::optional<std::vector<ValueId>> operands(const Node& node, const Perm& perm, std::size_t rank);
  ValueId twin_constant(ValueId old, const Perm& perm);
  bool elementwise(const Node& node, const Perm& perm);
  Rebuild out_;
  std::map<ValueId, Twin> twins_;
  std::map<ValueId, bool> written_;  // old values that exist in their old order
};

// Bytes that the Transposes of a graph write; an unknown size counts as 1.
std::uint64_t transposed_bytes(const Graph& graph);
std::uint64_t bytes_of(const Type& type);  // likewise

}  // namespace dlas::compiler
