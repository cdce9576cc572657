// Small networks with random weights, in the graph API: what the tests of localisation convert, break and compare.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "study/localize/localize.h"

namespace dlas::study::localize {

// Writes a graph node by node, NCHW, weights drawn from `seed`.
class NetBuilder {
 public:
  explicit NetBuilder(std::uint64_t seed = 1) : seed_(seed) {}
  Graph graph;

  ValueId input(Shape shape);
  Tensor random(Shape shape, double size, double middle = 0);
  ValueId conv(ValueId x, std::int64_t in, std::int64_t out, std::int64_t kernel, const std::string& name,
               AttributeList more = {}, bool bias = true);
  ValueId batch_norm(ValueId x, std::int64_t channels, const std::string& name, double epsilon = 1e-5);
  ValueId dense(ValueId x, std::int64_t in, std::int64_t out, const std::string& name);  // Gemm, transB
  // An operator with one output. `in` may hold constants of add_constant.
  ValueId op(const std::string& op, std::vector<ValueId> in, const std::string& name, AttributeList attributes = {});
  Graph done(std::vector<ValueId> outputs);

 private:
  std::uint64_t seed_;
};

// Convolutions with batch normalisation, ReLU6, stride 2, a residual addition, a depthwise layer, a pool and a dense layer:
// [1,3,13,11] -> 10 logits.
Graph small_net(std::uint64_t seed = 1);

// The same function in NHWC, other names, batch normalisation folded, Transposes where layouts meet.
Graph twin_of(const Graph& graph);

// The graph with one node changed. Types are inferred anew.
Graph changed(const Graph& graph, const std::string& node, const std::function<void(Graph&, Node&)>& change);

// Both on `images` random inputs, or what went wrong as an error.
Result<Localization> localized(const Graph& a, const Graph& b, std::int64_t images = 8);

// The names of the first finding's target nodes; its diagnosis.
std::string first_target(const Localization& result);
std::string told(const Localization& result);  // all diagnoses, for messages

}  // namespace dlas::study::localize
