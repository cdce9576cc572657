// GRU: a recurrence with gates z (update), r (reset) and a candidate c, in this order.                ONNX GRU, opset 1 to 22
//
// z = f(W x + R h), r = f(W x + R h), c = g(W x + R (r h)), each with its biases; h' = (1 - z) c + z h.
// linear_before_reset: c = g(W x + Wb + r (R h + Rb)).
#include "model/op/list_nn.h"
#include "model/op/recurrent.h"

namespace dlas::op {
namespace {

struct Attributes {
  RecurrentAttributes recurrent;
  bool linear_before_reset = false;
  void fields(auto& f) {
    recurrent.fields(f);
    f("linear_before_reset", linear_before_reset);
  }
};

const RecurrentForm& form() {
  static const RecurrentForm kForm{.gates = 3, .activations = {"Sigmoid", "Tanh"}};
  return kForm;
}

Result<Types> infer(const Site& site, const Types& in) {
  return recurrent_types(site, in, site.attributes<Attributes>().recurrent, form());
}

void step(const RecurrentStep& s, bool linear_before_reset) {
  const std::size_t size = s.h.size();
  const std::vector<double> before(s.h.begin(), s.h.end());
  std::vector<double> reset(size), kept(size);
  for (std::size_t i = 0; i < size; ++i) {
    reset[i] = s.squash[0](s.from_input[size + i] + s.recurrent(size + i, before));
    kept[i] = reset[i] * before[i];
  }
  for (std::size_t i = 0; i < size; ++i) {
    const double z = s.squash[0](s.from_input[i] + s.recurrent(i, before));
    const std::size_t row = 2 * size + i;
    const double past = linear_before_reset ? reset[i] * s.recurrent(row, before) : s.recurrent(row, kept);
    s.h[i] = (1 - z) * s.squash[1](s.from_input[row] + past) + z * before[i];
  }
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return run_recurrent(call, a.recurrent, form(), [&](const RecurrentStep& s) { step(s, a.linear_before_reset); });
}

Cost cost(const Site&, const Types& in, const Types& out) { return recurrent_cost(in, out); }

}  // namespace

const Op gru = {
    .name = "GRU",
    .inputs = "X W R B? sequence_lens? initial_h?",
    .outputs = "Y? Y_h?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
