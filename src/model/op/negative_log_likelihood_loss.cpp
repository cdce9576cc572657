// NegativeLogLikelihoodLoss: minus the log-probability of each target.      ONNX NegativeLogLikelihoodLoss, opset 12 to 22
#include "model/op/list_nn.h"
#include "model/op/loss.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_ASSIGN(const Type loss, loss_type(site, in));
  return Types{loss};
}

Status run(const Call& call) { return write_loss(call, reals(call, 0)); }

}  // namespace

const Op negative_log_likelihood_loss = {
    .name = "NegativeLogLikelihoodLoss",
    .inputs = "input target weight?",
    .outputs = "loss",
    .attributes = &schema_of<LossAttributes>(),
    .infer = infer,
    .run = run,
};

}  // namespace dlas::op
