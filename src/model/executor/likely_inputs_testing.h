// Inputs and attributes that operators with particular wishes take, for random_nodes_testing.h: chance alone hardly ever finds, say,
// the three matrices of an LSTM whose sizes must fit. Each line is one call that is legal; the random graph then changes parts of it.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "base/dtype.h"
#include "base/shape.h"
#include "model/graph/attribute.h"

namespace dlas::testing {

struct LikelyInput {
  DType dtype = DType::f32;
  Shape shape;
  std::vector<std::int64_t> content = {};  // a constant with these numbers; empty: any
};

struct Likely {
  std::string_view op;
  std::vector<LikelyInput> inputs;
  AttributeList attributes = {};
};

inline const std::vector<Likely>& likely_calls() {
  using L = std::vector<std::int64_t>;
  constexpr DType f = DType::f32, u = DType::u8, i = DType::i64;
  const LikelyInput scale{f, {}, {1}}, zero{u, {}, {1}};
  const AttributeList window = {{"kernel_shape", L{2, 2}}};
  static const std::vector<Likely> all = {
      {"AffineGrid", {{f, {2, 2, 3}}, {i, {4}, {2, 3, 4, 5}}}},
      {"Attention", {{f, {1, 2, 3, 4}}, {f, {1, 2, 3, 4}}, {f, {1, 2, 3, 4}}}},
      {"AveragePool", {{f, {1, 2, 5, 5}}}, window},
      {"BatchNormalization", {{f, {2, 3, 4}}, {f, {3}}, {f, {3}}, {f, {3}}, {f, {3}}}},
      {"BitShift", {{u, {4}}, {u, {4}}}, {{"direction", std::string("LEFT")}}},
      {"CenterCropPad", {{f, {4, 5}}, {i, {2}, {3, 6}}}},
      {"Col2Im", {{f, {1, 4, 4}}, {i, {2}, {3, 3}}, {i, {2}, {2, 2}}}},
      {"Conv", {{f, {1, 4, 5, 5}}, {f, {6, 2, 2, 2}}, {f, {6}}}, {{"group", std::int64_t{2}}}},
      {"ConvInteger", {{u, {1, 2, 4, 4}}, {u, {3, 2, 2, 2}}, zero}},
      {"ConvTranspose", {{f, {1, 2, 3, 3}}, {f, {2, 3, 2, 2}}, {f, {3}}}},
      {"DeformConv", {{f, {1, 2, 4, 4}}, {f, {3, 2, 2, 2}}, {f, {1, 8, 3, 3}}}},
      {"GRU", {{f, {3, 2, 4}}, {f, {1, 9, 4}}, {f, {1, 9, 3}}}, {{"hidden_size", std::int64_t{3}}}},
      {"GroupNormalization", {{f, {2, 4, 3, 3}}, {f, {4}}, {f, {4}}}, {{"num_groups", std::int64_t{2}}}},
      {"LSTM", {{f, {3, 2, 4}}, {f, {1, 12, 4}}, {f, {1, 12, 3}}}, {{"hidden_size", std::int64_t{3}}}},
      {"LpPool", {{f, {1, 2, 5, 5}}}, window},
      {"MatMulInteger", {{u, {2, 3}}, {u, {3, 2}}}},
      {"MaxPool", {{f, {1, 2, 5, 5}}}, window},
      {"MaxRoiPool", {{f, {1, 2, 6, 6}}, {f, {2, 5}}}, {{"pooled_shape", L{2, 2}}}},
      {"MaxUnpool", {{f, {1, 1, 2, 2}}, {i, {1, 1, 2, 2}}}, {{"kernel_shape", L{2, 2}}, {"strides", L{2, 2}}}},
      {"NegativeLogLikelihoodLoss", {{f, {3, 5}}, {i, {3}, {0, 4, 2}}}},
      {"NonMaxSuppression", {{f, {1, 4, 4}}, {f, {1, 2, 4}}, {i, {}, {3}}}},
      {"QLinearConv", {{u, {1, 2, 4, 4}}, scale, zero, {u, {3, 2, 2, 2}}, scale, zero, scale, zero}},
      {"QLinearMatMul", {{u, {2, 3}}, scale, zero, {u, {3, 2}}, scale, zero, scale, zero}},
      {"RNN", {{f, {3, 2, 4}}, {f, {1, 3, 4}}, {f, {1, 3, 3}}}, {{"hidden_size", std::int64_t{3}}}},
      {"Resize", {{f, {1, 2, 4, 4}}, {}, {}, {i, {4}, {1, 2, 6, 3}}}},
      {"RoiAlign", {{f, {1, 2, 6, 6}}, {f, {2, 4}}, {i, {2}, {0, 0}}}},
      {"RotaryEmbedding", {{f, {1, 2, 3, 4}}, {f, {8, 2}}, {f, {8, 2}}, {i, {1, 3}, {0, 1, 2}}}},
      {"ScatterElements", {{f, {4}}, {i, {2}, {1, 3}}, {f, {2}}}},
      {"ScatterND", {{f, {4, 3}}, {i, {2, 1}, {1, 3}}, {f, {2, 3}}}},
      {"SoftmaxCrossEntropyLoss", {{f, {3, 5}}, {i, {3}, {0, 4, 2}}}},
  };
  return all;
}

inline const Likely* likely_call(std::string_view op) {
  for (const Likely& one : likely_calls())
    if (one.op == op) return &one;
  return nullptr;
}

}  // namespace dlas::testing
