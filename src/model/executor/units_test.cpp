// Quantised tensors reach only kernels that know what stored integers mean.
#include "model/executor/units.h"

#include <gtest/gtest.h>

#include "model/executor/fold.h"
#include "model/executor/reference.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas {
namespace {

Type quantized(std::vector<Dim> dims, std::vector<double> scales, int axis = -1) {
  Type type(DType::i8, std::move(dims));
  std::vector<std::int64_t> zeros(scales.size());
  type.quantization = std::make_shared<const Quantization>(Quantization{axis, 8, std::move(scales), std::move(zeros)});
  return type;
}

AttributeSet defaults(const Op& op) { return op.attributes->make({}).value(); }

// One node "n" on inputs of the given types, its output quantised as `out` says.
Graph one_node(const Op& op, const std::vector<Type>& types, const Type* out = nullptr) {
  Graph graph;
  std::vector<ValueId> in;
  for (const Type& type : types) in.push_back(graph.add_input("x" + std::to_string(in.size()), type));
  graph.outputs = {graph.add(op, defaults(op), in, "n")};
  if (out) graph.value(graph.outputs[0]).type = *out;
  return graph;
}

std::string refusal(const Graph& graph) {
  const auto executor = make_reference(graph);
  return executor.ok() ? "" : executor.error().message();
}

TEST(Units, AKernelOfPlainNumbersIsRefusedByName) {
  EXPECT_EQ(refusal(one_node(op::abs, {quantized({2}, {0.5})})),
            "node 'n' (Abs), input 0 'x': expected plain numbers, as the operator has no integer kernel, "
            "found i8 [2] q(0.5,0)");
  EXPECT_EQ(refusal(one_node(op::greater, {quantized({2}, {0.5}), quantized({2}, {0.5})})),
            "node 'n' (Greater), input 0 'a': expected plain numbers, as the operator has no integer kernel, "
            "found i8 [2] q(0.5,0)");
  EXPECT_EQ(refusal(one_node(op::reduce_l2, {quantized({2}, {0.5})})),
            "node 'n' (ReduceL2), input 0 'data': expected plain numbers, as the operator has no integer kernel, "
            "found i8 [2] q(0.5,0)");
}

TEST(Units, MovingKeepsOneQuantisation) {
  const Type condition(DType::boolean, {2}), half = quantized({2}, {0.5}), third = quantized({2}, {0.3});
  EXPECT_EQ(refusal(one_node(op::where, {condition, half, half})), "");
  EXPECT_EQ(refusal(one_node(op::where, {condition, half, third})),
            "node 'n' (Where), input 2 'y': expected the same quantisation for all inputs, found i8 [2] q(0.3,0)");
}

TEST(Units, OrderNeedsOneScale) {
  EXPECT_EQ(refusal(one_node(op::arg_max, {quantized({2, 3}, {0.5})})), "");
  EXPECT_EQ(refusal(one_node(op::arg_max, {quantized({2, 3}, {0.5, 0.25}, 0)})),
            "node 'n' (ArgMax), input 0 'data': expected one scale for the whole tensor, "
            "found i8 [2,3] q(axis=0;0.5,0;0.25,0)");
}

// 0.5 [2, 4] times 0.25 [4, 8] as numbers: 1 * 1 + 2 * 2 = 5.
TEST(Units, RealNumbersAreReadButNotMade) {
  const Type x = quantized({1, 2}, {0.5}), w = quantized({2, 1}, {0.25});
  const Type made = quantized({1, 1}, {0.5});
  EXPECT_EQ(refusal(one_node(op::mat_mul, {x, w}, &made)),
            "node 'n' (MatMul), output 0: expected plain numbers, as the operator has no integer kernel, "
            "found i8 [1,1] q(0.5,0)");
}

TEST(Units, FoldingLeavesARefusedNodeInTheGraph) {
  Graph graph;
  const ValueId c = graph.add_constant("c", Tensor::of<std::int8_t>({2}, {1, -2}));
  graph.value(c).type = quantized({2}, {0.5});
  graph.outputs = {graph.add(op::abs, {}, {c}, "n")};
  ASSERT_TRUE(fold_constants(graph).ok());
  EXPECT_FALSE(graph.value(graph.outputs[0]).is_constant());
}

}  // namespace
}  // namespace dlas
