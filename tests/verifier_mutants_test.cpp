// The verifier refuses every graph that one wrong field makes invalid. Mutants are made of the demo's models, float and int8: each
// kind of fault at every place where it can be; the graphs themselves are sound.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

#include "base/limits.h"
#include "model/format/format.h"
#include "model/graph/verify.h"

namespace dlas {
namespace {

namespace fs = std::filesystem;

std::vector<Graph> models() {
  std::vector<Graph> out;
  for (const char* name : {"depthwise.onnx", "residual.onnx", "depthwise_int8.tflite", "residual_int8.tflite"}) {
    auto model = load((fs::path(DLAS_SOURCE_DIR) / "demo/models" / name).string());
    if (model.ok()) out.push_back(std::move(model->graph));
  }
  return out;
}

// What a mutant changes at one place; false where there is nothing to change.
struct Fault {
  const char* name;
  std::function<bool(Graph&, Value&)> of_value;
  std::function<bool(Graph&, NodeId)> of_node;
};

bool quantised(Value& value, const std::function<bool(Quantization&)>& change) {
  if (!value.type.quantized()) return false;
  auto q = std::make_shared<Quantization>(*value.type.quantization);
  if (!change(*q)) return false;
  value.type.quantization = q;
  return true;
}

Fault scale(const char* name, double scale) {
  return {name,
          [scale](Graph&, Value& v) {
            return quantised(v, [&](Quantization& q) {
              q.scales.back() = scale;
              return true;
            });
          },
          {}};
}

bool is_output(const Graph& graph, const Value& value) {
  return std::ranges::any_of(graph.outputs, [&](ValueId id) { return &graph.value(id) == &value; });
}

const std::vector<Fault>& faults() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  static const std::vector<Fault> all = {
      {"no name",
       [](Graph&, Value& v) {
         v.name.clear();
         return true;
       },
       {}},
      {"a name beyond the limit",
       [](Graph&, Value& v) {
         v.name.assign(limits().name_bytes + 1, 'x');
         return true;
       },
       {}},
      {"a constant that is computed",
       [](Graph&, Value& v) {
         v.producer = 0;
         return v.is_constant();
       },
       {}},
      {"a producer that does not exist",
       [](Graph& g, Value& v) {
         const bool computed = v.producer != kNone;
         v.producer = static_cast<NodeId>(g.nodes().size());
         return computed;
       },
       {}},
      {"a constant of another type",
       [](Graph&, Value& v) {
         if (!v.is_constant()) return false;
         v.type.dtype = v.type.dtype == DType::f64 ? DType::i64 : DType::f64;
         return true;
       },
       {}},
      {"a constant of another shape",
       [](Graph&, Value& v) {
         if (!v.is_constant()) return false;
         v.type.dims->push_back(Dim(2));
         return true;
       },
       {}},
      {"a computed value of another type",
       [](Graph& g, Value& v) {
         if (v.producer == kNone || !g.node(v.producer).op || v.type.dtype == DType::none) return false;
         v.type.dtype = v.type.dtype == DType::boolean ? DType::f64 : DType::boolean;
         v.type.quantization = nullptr;
         return true;
       },
       {}},
      {"a computed value of another rank",
       [](Graph& g, Value& v) {
         if (v.producer == kNone || !g.node(v.producer).op || !v.type.ranked()) return false;
         v.type.dims->push_back(Dim(1));
         return true;
       },
       {}},
      {"an output that nothing computes",
       [](Graph& g, Value& v) {
         if (!is_output(g, v) || v.producer == kNone) return false;
         for (ValueId& id : g.node(v.producer).outputs)
           if (id != kNone && &g.value(id) == &v) id = kNone;
         return true;
       },
       {}},
      scale("a scale of 0", 0),
      scale("a negative scale", -0.5),
      scale("a scale that is no number", kNan),
      scale("an infinite scale", std::numeric_limits<double>::infinity()),
      {"no scale",
       [](Graph&, Value& v) {
         return quantised(v, [](Quantization& q) {
           q.scales.clear();
           q.zero_points.clear();
           return true;
         });
       },
       {}},
      {"a scale too many",
       [](Graph&, Value& v) {
         return quantised(v, [](Quantization& q) {
           q.scales.push_back(1);
           return true;
         });
       },
       {}},
      {"a slice too many",
       [](Graph&, Value& v) {
         return quantised(v, [](Quantization& q) {
           q.scales.push_back(1);
           q.zero_points.push_back(0);
           return true;
         });
       },
       {}},
      {"a zero point outside the type",
       [](Graph&, Value& v) {
         return bits(v.type.dtype) < 64 && quantised(
                                               v,
                                               [](Quantization& q) {
                                                 q.zero_points.back() = std::int64_t{1} << 40;
                                                 return true;
                                               });
       },
       {}},
      {"a quantised axis outside the shape",
       [](Graph&, Value& v) {
         return quantised(v, [](Quantization& q) {
           q.axis = 17;
           return q.scales.size() > 1;
         });
       },
       {}},
      {"an input that does not exist",
       {},
       [](Graph& g, NodeId n) {
         if (g.node(n).inputs.empty()) return false;
         g.node(n).inputs.back() = static_cast<ValueId>(g.values().size());
         return true;
       }},
      {"a negative input",
       {},
       [](Graph& g, NodeId n) {
         if (g.node(n).inputs.empty()) return false;
         g.node(n).inputs.back() = -2;
         return true;
       }},
      {"an input that is computed later",
       {},
       [](Graph& g, NodeId n) {
         if (g.node(n).inputs.empty() || g.node(n).outputs.empty() || g.node(n).outputs[0] == kNone) return false;
         g.node(n).inputs[0] = g.node(n).outputs[0];
         return true;
       }},
      {"an output that does not exist",
       {},
       [](Graph& g, NodeId n) {
         if (g.node(n).outputs.empty()) return false;
         g.node(n).outputs[0] = static_cast<ValueId>(g.values().size());
         return true;
       }},
      {"a second producer",
       {},
       [](Graph& g, NodeId n) {
         if (n == 0 || g.node(n).outputs.empty() || g.node(n - 1).outputs.empty() || g.node(n - 1).outputs[0] == kNone)
           return false;
         g.node(n).outputs[0] = g.node(n - 1).outputs[0];
         return true;
       }},
      {"a required input that is missing",
       {},
       [](Graph& g, NodeId n) {
         if (!g.node(n).op || g.node(n).inputs.empty() || g.node(n).inputs[0] == kNone) return false;
         g.node(n).inputs[0] = kNone;
         return !slots(g.node(n).op->inputs)[0].optional;
       }},
      {"inputs beyond the signature",
       {},
       [](Graph& g, NodeId n) {
         if (!g.node(n).op || g.node(n).inputs.empty() || slots(g.node(n).op->inputs).back().variadic) return false;
         g.node(n).inputs.resize(slots(g.node(n).op->inputs).size() + 1, g.node(n).inputs[0]);
         return true;
       }},
  };
  return all;
}

TEST(VerifierMutants, AreAllRefused) {
  const std::vector<Graph> graphs = models();
  ASSERT_EQ(graphs.size(), 4U);
  for (const Graph& graph : graphs) ASSERT_TRUE(verify(graph).ok()) << verify(graph).error().message();
  for (const Fault& fault : faults()) {
    int mutants = 0;
    for (const Graph& graph : graphs) {
      const auto expect_refused = [&](Graph& mutant, const std::string& where) {
        ++mutants;
        EXPECT_FALSE(verify(mutant).ok()) << fault.name << " at " << where;
      };
      for (ValueId v = 0; fault.of_value && v < static_cast<ValueId>(graph.values().size()); ++v)
        if (Graph mutant = graph; fault.of_value(mutant, mutant.value(v))) expect_refused(mutant, graph.value(v).name);
      for (NodeId n = 0; fault.of_node && n < static_cast<NodeId>(graph.nodes().size()); ++n)
        if (Graph mutant = graph; fault.of_node(mutant, n)) expect_refused(mutant, graph.node(n).name);
    }
    EXPECT_GT(mutants, 1) << fault.name << ": no place for it, so nothing was tested";
  }
}

TEST(VerifierMutants, OfInputsAndOutputsOfTheGraphAreRefused) {
  for (const Graph& graph : models()) {
    for (const ValueId wrong : {static_cast<ValueId>(graph.values().size()), ValueId{-1}}) {
      Graph mutant = graph;
      mutant.inputs.push_back(wrong);
      EXPECT_FALSE(verify(mutant).ok());
      mutant = graph;
      mutant.outputs.push_back(wrong);
      EXPECT_FALSE(verify(mutant).ok());
    }
    Graph mutant = graph;
    mutant.inputs.push_back(graph.outputs[0]);
    EXPECT_FALSE(verify(mutant).ok()) << "an input that a node computes";
  }
}

}  // namespace
}  // namespace dlas
