// Tile: the input repeated `repeats` times along each axis.                                       ONNX Tile, opset 6 to 13
#include <algorithm>

#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kInput, kRepeats };

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_list(site, in, kRepeats));
  const std::size_t rank = in[kInput].rank();
  if (const auto n = list_length(in[kRepeats]); n && *n != rank)
    return site.wrong_input(kRepeats, std::to_string(rank) + " numbers", in[kRepeats]);
  const auto repeats = known_list(site, kRepeats);
  if (!repeats) return Types{Type(in[kInput].dtype, unknown_sizes(rank))};
  std::vector<Dim> dims = *in[kInput].dims;
  for (std::size_t a = 0; a < rank; ++a) {
    if ((*repeats)[a] < 0) return site.wrong_input(kRepeats, "numbers of at least 0", dlas::text(*repeats));
    const Dim repeated = product(dims[a], (*repeats)[a]);
    if (dims[a].known() && !repeated.known())
      return site.wrong_input(kRepeats, "a size below 2^63", dlas::text(*repeats));
    dims[a] = repeated;
  }
  return Types{Type(in[kInput].dtype, dims)};
}

// Each output axis is two: the repeat and the place in the input.
Status run(const Call& call) {
  const Tensor& in = call.in[kInput];
  const Strides from = row_major(in.shape()), to = row_major(call.out[0].shape());
  Shape shape;
  Place source, target;
  for (std::size_t a = 0; a < in.rank(); ++a) {
    const std::int64_t size = in.dim(a);
    shape.insert(shape.end(), {call.in[kRepeats].integer(static_cast<std::int64_t>(a)), size});
    source.strides.insert(source.strides.end(), {0, from[a]});
    target.strides.insert(target.strides.end(), {to[a] * size, to[a]});
  }
  if (call.out[0].count() > 0) strided_copy(in, source, call.out[0], target, shape);
  return {};
}

}  // namespace

extern const Op tile = {
    .name = "Tile",
    .inputs = "input repeats",
    .outputs = "output",
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
