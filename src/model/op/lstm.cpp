// LSTM: a recurrence with a cell; gates i (input), o (output), f (forget), c (cell), in this order.   ONNX LSTM, opset 1 to 22
//
// i = f(W x + R h + Pi c), f likewise with Pf, c' = f c + i g(W x + R h), o = f(W x + R h + Po c'), h' = o h(c'), each with its
// biases; P holds the peepholes of i, o, f. input_forget: f = 1 - i.
#include "model/op/list_nn.h"
#include "model/op/recurrent.h"

namespace dlas::op {
namespace {

struct Attributes {
  RecurrentAttributes recurrent;
  bool input_forget = false;
  void fields(auto& f) {
    recurrent.fields(f);
    f("input_forget", input_forget);
  }
};

const RecurrentForm& form() {
  static const RecurrentForm kForm{.gates = 4, .activations = {"Sigmoid", "Tanh", "Tanh"}, .cell_state = true};
  return kForm;
}

Result<Types> infer(const Site& site, const Types& in) {
  return recurrent_types(site, in, site.attributes<Attributes>().recurrent, form());
}

enum Gate : std::size_t { kInput, kOutput, kForget, kCell };

void step(const RecurrentStep& s, bool input_forget) {
  const std::size_t size = s.h.size();
  const std::vector<double> before(s.h.begin(), s.h.end());
  for (std::size_t i = 0; i < size; ++i) {
    const auto gate = [&](Gate g) { return s.from_input[g * size + i] + s.recurrent(g * size + i, before); };
    const auto peep = [&](Gate g, double cell) { return s.peepholes.empty() ? 0 : s.peepholes[g * size + i] * cell; };
    const double input = s.squash[0](gate(kInput) + peep(kInput, s.c[i]));
    const double forget = input_forget ? 1 - input : s.squash[0](gate(kForget) + peep(kForget, s.c[i]));
    s.c[i] = forget * s.c[i] + input * s.squash[1](gate(kCell));
    const double output = s.squash[0](gate(kOutput) + peep(kOutput, s.c[i]));
    s.h[i] = output * s.squash[2](s.c[i]);
  }
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return run_recurrent(call, a.recurrent, form(), [&](const RecurrentStep& s) { step(s, a.input_forget); });
}

Cost cost(const Site&, const Types& in, const Types& out) { return recurrent_cost(in, out); }

}  // namespace

const Op lstm = {
    .name = "LSTM",
    .inputs = "X W R B? sequence_lens? initial_h? initial_c? P?",
    .outputs = "Y? Y_h? Y_c?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
