// Rewrites that change no answer: none of them may give a finding. The fourteen of the catalogue of conversion faults, and redundant
// Transposes, which are slow but right.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/executor/reference.h"
#include "model/op/list.h"
#include "study/localize/net_testing.h"

namespace dlas::study::localize {
namespace {

using Ints = std::vector<std::int64_t>;

// The claim is empty when the two do not share a function: so the outputs have to agree, and the inputs have to matter.
void expect_nothing(const Graph& a, const Graph& b) {
  const auto result = localized(a, b);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->findings.empty()) << told(*result);
  EXPECT_LT(result->output_error, 1e-4);
  EXPECT_GT(result->places.size(), 1U);
}

AttributeSet attributes(const char* op, AttributeList list) {
  return dlas::op::find_op(op)->attributes->make(list).value();
}

TEST(Control, PadsAbsentOrZero) {
  NetBuilder a, b;
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->input({1, 3, 9, 7});
    const AttributeList pads = n == &a ? AttributeList{} : AttributeList{{"pads", Ints{0, 0, 0, 0}}};
    n->done({n->op("Relu", {n->conv(x, 3, 5, 3, "conv", pads)}, "act")});
  }
  expect_nothing(a.graph, b.graph);
}

TEST(Control, AutomaticOrExplicitPads) {
  NetBuilder a, b;
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->input({1, 3, 10, 8});
    AttributeList pads = {{"strides", Ints{2, 2}}, {"pads", Ints{0, 0, 1, 1}}};
    if (n == &a) pads = {{"strides", Ints{2, 2}}, {"auto_pad", std::string("SAME_UPPER")}};
    n->done({n->op("Relu", {n->conv(x, 3, 5, 3, "conv", pads)}, "act")});
  }
  expect_nothing(a.graph, b.graph);
}

TEST(Control, BatchNormalizationFoldedOrNot) {
  const Graph net = small_net();
  expect_nothing(net, twin_of(net));
  expect_nothing(twin_of(net), net);
}

TEST(Control, PaddingOfItsOwnOrInTheWindow) {
  for (const char* pool : {"MaxPool", "AveragePool"}) {
    NetBuilder a, b;
    for (NetBuilder* n : {&a, &b}) {
      ValueId x =
          n->op("Relu", {n->conv(n->input({1, 3, 9, 7}), 3, 4, 1, "first")}, "act");  // not negative: zeros do no harm
      AttributeList window = {{"kernel_shape", Ints{3, 3}}};
      if (std::string(pool) == "AveragePool") window.push_back({"count_include_pad", true});
      if (n == &a) window.push_back({"pads", Ints{1, 1, 1, 1}});
      else x = n->op("Pad", {x, n->graph.add_constant("amounts", Tensor::of_i64(Ints{0, 0, 1, 1, 0, 0, 1, 1}))}, "pad");
      x = n->op(pool, {x}, "pool", window);
      n->done({n->conv(x, 4, 3, 1, "last")});
    }
    expect_nothing(a.graph, b.graph);
    expect_nothing(b.graph, a.graph);
  }
}

TEST(Control, TransposePairs) {
  const Graph net = small_net();
  const Graph slow = changed(net, "join_act", [](Graph& g, Node& node) {
    const auto transpose = [&](ValueId x, Ints order) {
      Node turn;
      turn.name = "turn" + std::to_string(order[1]);
      turn.op = dlas::op::find_op("Transpose");
      turn.op_name = "Transpose";
      turn.attributes = attributes("Transpose", {{"perm", order}});
      turn.inputs = {x};
      Value out;
      out.name = turn.name;
      turn.outputs = {g.add_value(out)};
      const ValueId made = turn.outputs[0];
      g.add_node(turn);
      return made;
    };
    node.inputs = {transpose(transpose(node.inputs[0], {0, 2, 3, 1}), {0, 3, 1, 2})};
  });
  Graph sorted = slow;
  ASSERT_TRUE(sorted.sort().ok());
  expect_nothing(net, sorted);
}

TEST(Control, NamesAndOrderOfNodes) {
  // Two branches; the other file has them the other way around, under other names.
  NetBuilder a, b;
  const auto build = [](NetBuilder& n, bool turned) {
    const ValueId x = n.input({1, 4, 8, 6});
    NetBuilder one(50), two(70);
    const auto branch = [&](NetBuilder& weights, const std::string& name) {
      const ValueId w = n.graph.add_constant(name + "w", weights.random({4, 4, 3, 3}, 0.4));
      return n.op("Relu", {n.op("Conv", {x, w}, name, {{"pads", Ints{1, 1, 1, 1}}})}, name + "act");
    };
    ValueId first = branch(turned ? two : one, turned ? "p" : "left"),
            second = branch(turned ? one : two, turned ? "q" : "right");
    if (turned) std::swap(first, second);
    n.done({n.op("Concat", {first, second}, turned ? "z" : "both", {{"axis", std::int64_t{1}}})});
  };
  build(a, false);
  build(b, true);
  expect_nothing(a.graph, b.graph);
}

TEST(Control, GemmOrMatMulAndAdd) {
  NetBuilder a, b;
  const Tensor w = NetBuilder(9).random({12, 7}, 0.4), bias = NetBuilder(10).random({7}, 0.4);
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->input({1, 12});
    const ValueId weight = n->graph.add_constant("w", w), shift = n->graph.add_constant("b", bias);
    const ValueId y = n == &a ? n->op("Gemm", {x, weight, shift}, "dense")
                              : n->op("Add", {n->op("MatMul", {x, weight}, "product"), shift}, "sum");
    n->done({n->op("Relu", {y}, "act")});
  }
  expect_nothing(a.graph, b.graph);
}

TEST(Control, MeanOrGlobalPool) {
  NetBuilder a, b;
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->op("Relu", {n->conv(n->input({1, 3, 9, 7}), 3, 6, 3, "conv")}, "act");
    const ValueId axes = n->graph.add_constant("axes", Tensor::of_i64(Ints{2, 3}));
    const ValueId mean = n == &a ? n->op("GlobalAveragePool", {x}, "mean")
                                 : n->op("ReduceMean", {x, axes}, "mean", {{"keepdims", true}});
    n->done({n->dense(n->op("Flatten", {mean}, "flat", {{"axis", std::int64_t{1}}}), 6, 5, "logits")});
  }
  expect_nothing(a.graph, b.graph);
}

TEST(Control, ClipOrRelu6) {
  NetBuilder a, b;
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->conv(n->input({1, 3, 9, 7}), 3, 6, 3, "conv");
    const ValueId low = n->graph.add_constant("low", Tensor::scalar(0.0F)),
                  high = n->graph.add_constant("high", Tensor::scalar(6.0F));
    const ValueId y = n == &a ? n->op("Clip", {x, low, high}, "act") : n->op("Relu6", {x}, "act");
    n->done({n->conv(y, 6, 4, 1, "last")});
  }
  expect_nothing(a.graph, b.graph);
}

TEST(Control, GroupedOrDepthwise) {
  // The same depthwise weights as [C M,1,kh,kw] and, channels last, as [kh,kw,C,M].
  NetBuilder a, b;
  const Tensor w = NetBuilder(3).random({8, 1, 3, 3}, 0.5);
  const ValueId x = a.input({1, 4, 9, 7});
  a.done(
      {a.op("Relu", {a.op("Conv", {x, a.graph.add_constant("w", w)}, "conv", {{"group", std::int64_t{4}}})}, "act")});
  const ValueId y = b.input({1, 9, 7, 4});
  const Tensor turned = reordered(w.reshaped({4, 2, 3, 3}), {2, 3, 0, 1});
  b.done({b.op("Relu",
               {b.op("Conv", {y, b.graph.add_constant("w", turned)}, "conv",
                     {{"group", std::int64_t{4}}, {"layout", std::string("NHWC")}, {"filter", std::string("HWCM")}})},
               "act")});
  expect_nothing(a.graph, b.graph);
}

TEST(Control, ConstantsOrInitialisers) {
  // A weight that a node computes from constants.
  NetBuilder a, b;
  const Tensor w = NetBuilder(3).random({6, 3, 3, 3}, 0.5);
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->input({1, 3, 9, 7});
    ValueId weight = n->graph.add_constant("w", w);
    if (n == &b) weight = n->op("Identity", {weight}, "same");
    n->done({n->op("Relu", {n->op("Conv", {x, weight}, "conv")}, "act")});
  }
  expect_nothing(a.graph, b.graph);
}

TEST(Control, SplitOrJoinedProjections) {
  NetBuilder a, b;
  const Tensor q = NetBuilder(3).random({12, 8}, 0.4), k = NetBuilder(5).random({12, 8}, 0.4),
               v = NetBuilder(7).random({12, 8}, 0.4);
  std::vector<float> joined;
  for (std::size_t r = 0; r < 12; ++r)
    for (const Tensor* t : {&q, &k, &v})
      for (std::size_t c = 0; c < 8; ++c) joined.push_back(t->as<float>()[r * 8 + c]);
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->input({1, 5, 12});
    std::vector<ValueId> parts;
    if (n == &a) {
      for (const auto& [name, t] : {std::pair("q", &q), std::pair("k", &k), std::pair("v", &v)})
        parts.push_back(n->op("MatMul", {x, n->graph.add_constant(std::string(name) + "w", *t)}, name));
    } else {
      const ValueId all =
          n->op("MatMul", {x, n->graph.add_constant("w", Tensor::of<float>({12, 24}, std::span<const float>(joined)))},
                "qkv");
      for (const std::int64_t first : {0, 8, 16}) {
        const auto constant = [&](const char* what, std::int64_t i) {
          return n->graph.add_constant(what + std::to_string(first), Tensor::of_i64(Ints{i}));
        };
        parts.push_back(n->op("Slice", {all, constant("s", first), constant("e", first + 8), constant("a", 2)},
                              "part" + std::to_string(first)));
      }
    }
    const ValueId scores =
        n->op("MatMul", {parts[0], n->op("Transpose", {parts[1]}, "kt", {{"perm", Ints{0, 2, 1}}})}, "scores");
    n->done(
        {n->op("MatMul", {n->op("Softmax", {scores}, "weights", {{"axis", std::int64_t{-1}}}), parts[2]}, "mixed")});
  }
  expect_nothing(a.graph, b.graph);
  expect_nothing(b.graph, a.graph);
}

TEST(Control, TokensThatSelectRows) {
  // Integers go in, of other widths: nothing of them is a picture.
  NetBuilder a, b;
  const Tensor table = NetBuilder(3).random({9, 6}, 0.7);
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->graph.add_input("tokens", Type(n == &a ? DType::i64 : DType::i32, {1, 5}));
    n->graph.inputs = {x};
    const ValueId y = n->op("Gather", {n->graph.add_constant("table", table), x}, "rows");
    n->done(
        {n->op("Relu", {n->op("MatMul", {y, n->graph.add_constant("w", NetBuilder(4).random({6, 4}, 0.5))}, "product")},
               "act")});
  }
  const auto one = make_reference(a.graph), two = make_reference(b.graph);
  ASSERT_TRUE(one.ok() && two.ok());
  const Tensor wide = Tensor::of<std::int64_t>({1, 5}, {0, 3, 8, 2, 5}),
               narrow = Tensor::of<std::int32_t>({1, 5}, {0, 3, 8, 2, 5});
  const auto result = localize_tensors({"a", one->get(), {}}, {"b", two->get(), {}}, {{{wide}, {narrow}}}, {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->findings.empty()) << told(*result);
}

TEST(Control, PixelsThatTheGraphCasts) {
  NetBuilder a, b;
  for (NetBuilder* n : {&a, &b}) {
    ValueId x = n->graph.add_input("x", Type(n == &a ? DType::f32 : DType::u8, {1, 3, 6, 5}));
    n->graph.inputs = {x};
    if (n == &b) x = n->op("Cast", {x}, "cast", {{"to", DType::f32}});
    n->done({n->op("Relu", {n->conv(x, 3, 4, 3, "conv")}, "act")});
  }
  const auto one = make_reference(a.graph), two = make_reference(b.graph);
  ASSERT_TRUE(one.ok() && two.ok());
  Tensor real = Tensor::make(DType::f32, {1, 3, 6, 5}), bytes = Tensor::make(DType::u8, {1, 3, 6, 5});
  for (std::size_t i = 0; i < 90; ++i) {
    bytes.mutable_as<std::uint8_t>()[i] = static_cast<std::uint8_t>(i * 37);
    real.mutable_as<float>()[i] = static_cast<float>(static_cast<std::uint8_t>(i * 37));
  }
  const auto result = localize_tensors({"a", one->get(), {}}, {"b", two->get(), {}}, {{{real}, {bytes}}}, {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->findings.empty()) << told(*result);
  EXPECT_EQ(result->places.size(), 3U);
}

TEST(Control, AnotherLayoutThroughout) {
  for (const std::uint64_t seed : {2U, 3U, 4U}) {
    const Graph net = small_net(seed);
    expect_nothing(net, twin_of(net));
  }
}

}  // namespace
}  // namespace dlas::study::localize
