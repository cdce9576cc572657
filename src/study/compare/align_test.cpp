// Which values of two graphs are taken for the same.
#include "study/compare/align.h"

#include <gtest/gtest.h>

#include "model/executor/reference.h"
#include "model/graph/infer.h"
#include "model/op/list_elementwise.h"

namespace dlas::study {
namespace {

AttributeSet plain(const Op& op) { return op.attributes->make({}).value(); }

// Two branches of the same operator that meet in a sum; `turned` puts the second branch first in the file.
Graph two_branches(bool turned) {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {4}));
  const ValueId c = graph.add_constant("c", Tensor::of<float>({4}, {1, -2, 3, 0.5F}));
  const ValueId d = graph.add_constant("d", Tensor::of<float>({4}, {0.25F, 1, -1, 2}));
  const ValueId first = graph.add(op::mul, plain(op::mul), {x, turned ? d : c}, "one");
  const ValueId second = graph.add(op::mul, plain(op::mul), {x, turned ? c : d}, "two");
  graph.outputs = {graph.add(op::sub, plain(op::sub), turned ? std::vector{second, first} : std::vector{first, second},
                             "difference")};
  EXPECT_TRUE(infer_types(graph).ok());
  return graph;
}

TEST(Align, FindsBranchesInAnotherOrder) {
  const auto a = make_reference(two_branches(false)), b = make_reference(two_branches(true));
  ASSERT_TRUE(a.ok() && b.ok());
  const std::vector<Tensor> input = {Tensor::of<float>({4}, {1, 2, 3, 4})};
  const auto found = align({"a", a->get(), {}}, {"b", b->get(), {}}, input, input);
  ASSERT_TRUE(found.ok()) << found.error().message();
  ASSERT_EQ(found->pairs.size(), 3U);
  const auto name = [](const auto& executor, ValueId id) { return executor->graph().value(id).name; };
  EXPECT_EQ(name(*a, found->pairs[0].a) + " " + name(*b, found->pairs[0].b), "one two");
  EXPECT_EQ(name(*a, found->pairs[1].a) + " " + name(*b, found->pairs[1].b), "two one");
  EXPECT_TRUE(found->unmatched.empty());
}

}  // namespace
}  // namespace dlas::study
