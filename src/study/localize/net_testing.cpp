#include "study/localize/net_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "compiler/runner.h"
#include "model/executor/reference.h"
#include "model/graph/infer.h"
#include "model/op/list.h"
#include "study/localize/normal/random_move.h"

namespace dlas::study::localize {

ValueId NetBuilder::input(Shape shape) {
  const ValueId x = graph.add_input("x", Type(DType::f32, {shape.begin(), shape.end()}));
  graph.inputs = {x};
  return x;
}

Tensor NetBuilder::random(Shape shape, double size, double middle) {
  Tensor out = Tensor::make(DType::f32, std::move(shape));
  const std::uint64_t seed = ++seed_;
  std::uint64_t i = 0;
  for (float& x : out.mutable_as<float>()) {
    const double r = random_unit(seed, i++);
    x = static_cast<float>(middle + size * (r + 0.3 * r * r * r));  // no tensor has another's moments
  }
  return out;
}

ValueId NetBuilder::op(const std::string& name_of_op, std::vector<ValueId> in, const std::string& name,
                       AttributeList attributes) {
  const Op* found = dlas::op::find_op(name_of_op);
  const ValueId out = graph.add(*found, found->attributes->make(attributes).value(), std::move(in), name);
  const Status inferred = infer_types(graph, graph.value(out).producer);
  EXPECT_TRUE(inferred.ok()) << name << ": " << (inferred.ok() ? "" : inferred.error().message());
  return out;
}

ValueId NetBuilder::conv(ValueId x, std::int64_t in, std::int64_t out, std::int64_t kernel, const std::string& name,
                         AttributeList more, bool bias) {
  const auto group = std::ranges::find(more, "group", &NamedAttribute::name);
  const std::int64_t groups = group == more.end() ? 1 : std::get<std::int64_t>(group->value);
  const double size = 1.5 / std::sqrt(static_cast<double>(in / groups * kernel * kernel));
  std::vector<ValueId> inputs = {x, graph.add_constant(name + "/w", random({out, in / groups, kernel, kernel}, size))};
  if (bias) inputs.push_back(graph.add_constant(name + "/b", random({out}, 0.3)));
  return op("Conv", inputs, name, std::move(more));
}

ValueId NetBuilder::batch_norm(ValueId x, std::int64_t channels, const std::string& name, double epsilon) {
  const auto constant = [&](const char* what, double size, double middle) {
    return graph.add_constant(name + what, random({channels}, size, middle));
  };
  return op("BatchNormalization",
            {x, constant("/scale", 0.4, 1), constant("/shift", 0.3, 0), constant("/mean", 0.3, 0),
             constant("/var", 0.45, 0.6)},
            name, {{"epsilon", epsilon}});
}

ValueId NetBuilder::dense(ValueId x, std::int64_t in, std::int64_t out, const std::string& name) {
  const double size = 1.7 / std::sqrt(static_cast<double>(in));
  return op("Gemm",
            {x, graph.add_constant(name + "/w", random({out, in}, size)),
             graph.add_constant(name + "/b", random({out}, 0.3))},
            name, {{"transB", true}});
}

Graph NetBuilder::done(std::vector<ValueId> outputs) {
  graph.outputs = std::move(outputs);
  const Status inferred = infer_types(graph);
  EXPECT_TRUE(inferred.ok()) << (inferred.ok() ? "" : inferred.error().message());
  return graph;
}

Graph small_net(std::uint64_t seed) {
  using Ints = std::vector<std::int64_t>;
  NetBuilder b(seed);
  const NamedAttribute same{"pads", Ints{1, 1, 1, 1}};
  ValueId x = b.input({1, 3, 13, 11});
  x = b.op("Relu6", {b.batch_norm(b.conv(x, 3, 8, 3, "stem", {same}, false), 8, "stem_norm")}, "stem_act");
  const ValueId left = b.op("Relu", {b.batch_norm(b.conv(x, 8, 8, 3, "left", {same}), 8, "left_norm")}, "left_act");
  x = b.op("Add", {b.conv(left, 8, 8, 3, "right", {same}), x}, "join");
  x = b.op("Relu", {x}, "join_act");
  x = b.conv(x, 8, 8, 3, "depthwise",
             {{"group", std::int64_t{8}}, {"strides", Ints{2, 2}}, {"pads", Ints{0, 0, 1, 1}}});
  x = b.op("Relu6", {x}, "depthwise_act");
  x = b.op("LeakyRelu", {b.conv(x, 8, 12, 1, "pointwise")}, "pointwise_act", {{"alpha", 0.1}});
  x = b.op("MaxPool", {x}, "pool", {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
  x = b.op("Flatten", {x}, "flatten", {{"axis", std::int64_t{1}}});
  x = b.dense(x, b.graph.value(x).type.shape()[1], 10, "logits");
  return b.done({x});
}

Graph twin_of(const Graph& graph) {
  const auto passes = compiler::parse_pipeline(
      "simplify_inference fold_scale_axis choose_layout(layout=NHWC,share=1000) sink_transposes fold_constants");
  auto optimised = compiler::optimise(graph, passes.value());
  EXPECT_TRUE(optimised.ok()) << (optimised.ok() ? "" : optimised.error().message());
  Graph out = optimised->graph;
  Graph renamed;  // the names say nothing
  std::vector<ValueId> now;
  for (std::size_t v = 0; v < out.values().size(); ++v) {
    Value value = out.values()[v];
    value.name = "t" + std::to_string(v);
    value.producer = kNone;
    now.push_back(renamed.add_value(std::move(value)));
  }
  const auto moved = [&](std::vector<ValueId> ids) {
    for (ValueId& id : ids) id = id == kNone ? kNone : now[static_cast<std::size_t>(id)];
    return ids;
  };
  for (Node node : out.nodes()) {
    node.inputs = moved(node.inputs);
    node.outputs = moved(node.outputs);
    renamed.add_node(std::move(node));
  }
  renamed.inputs = moved(out.inputs);
  renamed.outputs = moved(out.outputs);
  return renamed;
}

Graph changed(const Graph& graph, const std::string& node, const std::function<void(Graph&, Node&)>& change) {
  Graph out = graph;
  bool found = false;
  for (std::size_t n = 0; n < out.nodes().size() && !found; ++n)
    if (out.nodes()[n].name == node) {
      Node copy = out.nodes()[n];
      change(out, copy);
      out.node(static_cast<NodeId>(n)) = copy;
      found = true;
    }
  EXPECT_TRUE(found) << "no node " << node;
  for (std::size_t v = 0; v < out.values().size(); ++v)
    if (Value& value = out.value(static_cast<ValueId>(v)); value.producer != kNone) value.type = Type();
  const Status inferred = infer_types(out);
  EXPECT_TRUE(inferred.ok()) << (inferred.ok() ? "" : inferred.error().message());
  return out;
}

// Numbers as an input of this type takes them.
Tensor stored(const Tensor& numbers, const Type& type) {
  if (!type.quantized() || type.dtype != DType::i8) return numbers;
  const Quantization& q = *type.quantization;
  Tensor out = Tensor::make(DType::i8, Shape(numbers.shape()));
  auto to = out.mutable_as<std::int8_t>();
  for (std::size_t i = 0; i < to.size(); ++i) {
    const double steps = std::nearbyint(numbers.number(static_cast<std::int64_t>(i)) / q.scales[0]);
    to[i] = static_cast<std::int8_t>(std::clamp(steps + static_cast<double>(q.zero_points[0]), -128.0, 127.0));
  }
  return out;
}

Result<Localization> localized(const Graph& a, const Graph& b, std::int64_t images) {
  DLAS_ASSIGN(const auto one, make_reference(a));
  DLAS_ASSIGN(const auto two, make_reference(b));
  std::vector<Inputs> inputs;
  // Integers end where their type ends.
  const bool grid = a.value(a.inputs[0]).type.quantized() || b.value(b.inputs[0]).type.quantized();
  const auto range = grid ? std::pair(0.35, 0.5) : std::pair(1.0, 0.2);
  for (std::int64_t i = 0; i < images; ++i) {
    NetBuilder numbers(static_cast<std::uint64_t>(1000 + i));
    const Tensor x = numbers.random(a.value(a.inputs[0]).type.shape(), range.first, range.second);
    const Type& there = b.value(b.inputs[0]).type;
    const Shape sizes = there.shape();
    const bool last = sizes != x.shape() && possible_orders(sizes, x.shape()).front().size() == 4;
    Tensor y = last ? reordered(x, possible_orders(sizes, x.shape()).front()) : x.reshaped(sizes);
    inputs.push_back({{stored(x, a.value(a.inputs[0]).type)}, {stored(y, there)}});
  }
  return localize_tensors({"a", one.get(), {}}, {"b", two.get(), {}}, inputs, {});
}

std::string first_target(const Localization& result) {
  if (result.findings.empty() || result.findings[0].target_nodes.empty()) return "";
  return result.findings[0].target_nodes[0].name;
}

std::string told(const Localization& result) {
  std::string out;
  for (const Finding& f : result.findings) {
    out += "[" + std::string(text(f.category)) + ": " + f.diagnosis;
    for (const NodeName& n : f.target_nodes) out += " " + n.name;
    out += "; error " + std::to_string(f.local_error) + " floor " + std::to_string(f.noise_floor) + "] ";
  }
  return out;
}

}  // namespace dlas::study::localize
