// What RNN, GRU and LSTM share: attributes, type rule, directions, and the walk over time.                ONNX opset 7 to 22
//
// X [S, N, I], W [D, gates H, I], R [D, gates H, H], B [D, 2 gates H] (of W, then of R), D directions. With layout 1 the
// batch comes first: X [N, S, I], states [N, D, H]. Beyond a sample's sequence length Y is 0; a reverse direction starts
// at the sample's last element. All is float64 and rounded once, when stored.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/op/op.h"

namespace dlas::op {

enum class Way { forward, reverse, bidirectional };
inline constexpr std::array<std::string_view, 3> kWays{"forward", "reverse", "bidirectional"};

struct RecurrentAttributes {
  std::vector<double> activation_alpha, activation_beta;
  std::vector<std::string> activations;  // empty: the operator's own
  std::optional<double> clip;
  Way direction = Way::forward;
  std::int64_t hidden_size = 0;  // 0: as R says
  std::int64_t layout = 0;
  void fields(auto& f) {
    f("activation_alpha", activation_alpha);
    f("activation_beta", activation_beta);
    f("activations", activations);
    f("clip", clip);
    f("direction", direction, kWays);
    f("hidden_size", hidden_size);
    f("layout", layout);
  }
  std::size_t directions() const { return direction == Way::bidirectional ? 2 : 1; }
};

using Squash = std::function<double(double)>;  // an activation, its input clipped

// What an operator adds to the rule: how many gates it has, its activations for one direction, its own inputs.
struct RecurrentForm {
  std::int64_t gates = 1;
  std::vector<std::string> activations;
  bool cell_state = false;  // inputs initial_c and P, output Y_c
};

// Types of Y, Y_h and, with a cell state, Y_c.
Result<Types> recurrent_types(const Site& site, const Types& in, const RecurrentAttributes& a,
                              const RecurrentForm& form);

// One direction of one sample while it runs.
struct RecurrentStep {
  std::span<const double> from_input;  // W x + its bias, [gates H]
  std::span<const double> r, r_bias;   // [gates H, H], [gates H]
  std::span<const double> peepholes;   // [3 H] of LSTM, or empty
  std::span<const Squash> squash;
  std::span<double> h, c;  // the state, which a step replaces

  // Row `row` of R times v, with its bias.
  double recurrent(std::size_t row, std::span<const double> v) const;
};

// Calls `step` for every element of every sequence in the order of its direction, and stores the outputs.
// Errors: a sequence length outside the input.
Status run_recurrent(const Call& call, const RecurrentAttributes& a, const RecurrentForm& form,
                     const std::function<void(const RecurrentStep&)>& step);

Cost recurrent_cost(const Types& in, const Types& out);

}  // namespace dlas::op
