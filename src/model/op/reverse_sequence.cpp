// ReverseSequence: for each batch entry the first sequence_lens elements along the time axis reversed.  ONNX, opset 10
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kInput, kLengths };

struct Attributes {
  std::int64_t batch_axis = 1;
  std::int64_t time_axis = 0;
  void fields(auto& f) {
    f("batch_axis", batch_axis);
    f("time_axis", time_axis);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  DLAS_TRY(check_list(site, in, kLengths));
  DLAS_ASSIGN(const std::size_t batch, checked_axis(site, "batch_axis", a.batch_axis, in[kInput].rank()));
  DLAS_ASSIGN(const std::size_t time, checked_axis(site, "time_axis", a.time_axis, in[kInput].rank()));
  if (batch == time)
    return site.wrong_attribute("time_axis", "another axis than batch_axis", std::to_string(a.time_axis));
  if (!may_equal(in[kLengths].dim(0), in[kInput].dim(batch)))
    return site.wrong_input(kLengths, dlas::text(in[kInput].dim(batch)) + " lengths", in[kLengths]);
  return Types{Type(in[kInput].dtype, *in[kInput].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Tensor& in = call.in[kInput];
  const std::size_t batch = *normalized_axis(a.batch_axis, in.rank()), time = *normalized_axis(a.time_axis, in.rank());
  const Strides strides = row_major(in.shape());
  for (std::int64_t b = 0; b < in.dim(batch); ++b) {
    const std::int64_t length = call.in[kLengths].integer(b);
    if (length < 0 || length > in.dim(time))
      return call.site.wrong_input(kLengths, "lengths from 0 to " + std::to_string(in.dim(time)),
                                   std::to_string(length));
    for (std::int64_t t = 0; t < in.dim(time); ++t) {
      Shape shape = in.shape();
      shape[batch] = shape[time] = 1;
      const std::int64_t start = b * strides[batch], from = t < length ? length - 1 - t : t;
      strided_copy(in, {start + from * strides[time], strides}, call.out[0], {start + t * strides[time], strides},
                   shape);
    }
  }
  return {};
}

}  // namespace

extern const Op reverse_sequence = {
    .name = "ReverseSequence",
    .inputs = "input sequence_lens",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
