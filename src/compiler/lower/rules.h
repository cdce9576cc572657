// The rules: how one kind of operator becomes tasks of a program.
#pragma once

#include <span>
#include <string>

#include "compiler/lower/lowering.h"

namespace dlas::compiler {

// Writes tasks for the node and says where its outputs are. Or writes nothing and says why, for the reference kernel's record.
using Rule = std::string (*)(Lowering& lowering, Scope& scope, const Node& node);

std::string lower_pool(Lowering& lowering, Scope& scope, const Node& node);  // MaxPool, AveragePool
std::string lower_global_pool(Lowering& lowering, Scope& scope, const Node& node);
std::string lower_lrn(Lowering& lowering, Scope& scope, const Node& node);
std::string lower_softmax(Lowering& lowering, Scope& scope, const Node& node);
std::string lower_concat(Lowering& lowering, Scope& scope, const Node& node);
std::string lower_reshape(Lowering& lowering, Scope& scope,
                          const Node& node);  // whatever keeps elements and their order
std::string lower_transpose(Lowering& lowering, Scope& scope, const Node& node);

// A convolution or dense layer and operators behind it, each the only reader of the one before; says how many of them it wrote.
// 0 with the reason why.
struct Lowered {
  std::size_t nodes = 0;
  std::string reason;
};
Lowered lower_pointwise(Lowering& lowering, Scope& scope,
                        std::span<const Node* const> chain);  // element-wise operators
Lowered lower_anchor(Lowering& lowering, Scope& scope, std::span<const Node* const> chain);

}  // namespace dlas::compiler
