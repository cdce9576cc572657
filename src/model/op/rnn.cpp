// RNN: h' = f(W x + Wb + R h + Rb) along a sequence.                                                 ONNX RNN, opset 1 to 22
#include "model/op/list_nn.h"
#include "model/op/recurrent.h"

namespace dlas::op {
namespace {

const RecurrentForm& form() {
  static const RecurrentForm kForm{.gates = 1, .activations = {"Tanh"}};
  return kForm;
}

Result<Types> infer(const Site& site, const Types& in) {
  return recurrent_types(site, in, site.attributes<RecurrentAttributes>(), form());
}

Status run(const Call& call) {
  return run_recurrent(call, call.attributes<RecurrentAttributes>(), form(), [](const RecurrentStep& s) {
    const std::vector<double> before(s.h.begin(), s.h.end());
    for (std::size_t i = 0; i < s.h.size(); ++i) s.h[i] = s.squash[0](s.from_input[i] + s.recurrent(i, before));
  });
}

Cost cost(const Site&, const Types& in, const Types& out) { return recurrent_cost(in, out); }

}  // namespace

const Op rnn = {
    .name = "RNN",
    .inputs = "X W R B? sequence_lens? initial_h?",
    .outputs = "Y? Y_h?",
    .attributes = &schema_of<RecurrentAttributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
