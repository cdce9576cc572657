// Products of matrices.
#include <algorithm>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

Outputs product(Call& call, bool turn_x, bool turn_y) {
  if (call.build.type(call.in[0]).dtype != call.build.type(call.in[1]).dtype) return cannot("factors of two types");
  return call.build.finish("MatMul", {{"adj_x", turn_x}, {"adj_y", turn_y}}, {call.in[0], call.in[1]});
}

}  // namespace

Outputs mat_mul(Call& call) { return product(call, call.flag("transpose_a", false), call.flag("transpose_b", false)); }

Outputs batch_mat_mul(Call& call) { return product(call, call.flag("adj_x", false), call.flag("adj_y", false)); }

Outputs einsum(Call& call) { return call.build.finish("Einsum", {{"equation", call.text("equation", "")}}, call.in); }

}  // namespace dlas::tensorflow
