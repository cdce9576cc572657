// MaxUnpool: each maximum put back at the place that MaxPool's indices name; 0 elsewhere.        ONNX MaxUnpool, opset 9 to 22
//
// Indices count the elements of the tensor that kernel_shape, strides and pads give back; with output_shape that tensor
// stands at the start of each axis of a larger one. Of two maxima at one place the later stays.
#include "base/checked.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"
#include "model/op/window.h"

namespace dlas::op {
namespace {

enum Input { kX, kIndices, kShape };

struct Attributes {
  std::vector<std::int64_t> kernel_shape, pads, strides;
  void fields(auto& f) {
    f("kernel_shape", kernel_shape);
    f("pads", pads);
    f("strides", strides);
  }
};

// Sizes before the pool. Errors: attributes, or sizes below 1.
Result<std::vector<Dim>> unpooled(const Site& site, const Type& x) {
  const auto& a = site.attributes<Attributes>();
  const std::size_t axes = x.rank() - 2;
  if (a.kernel_shape.size() != axes)
    return site.wrong_attribute("kernel_shape", std::to_string(axes) + " numbers",
                                std::to_string(a.kernel_shape.size()));
  DLAS_TRY(check_window(site, {AutoPad::notset, a.kernel_shape, a.strides, {}, a.pads}, axes));
  std::vector<Dim> dims{x.dim(0), x.dim(1)};
  for (std::size_t i = 0; i < axes; ++i) {
    const Dim& in = x.dim(i + 2);
    if (!in.known()) {
      dims.emplace_back();
      continue;
    }
    const std::int64_t padding = a.pads.empty() ? 0 : a.pads[i] + a.pads[i + axes];
    const auto steps = checked_mul(in.size() - 1, a.strides.empty() ? std::int64_t{1} : a.strides[i]);
    const auto size = steps ? checked_add(*steps, a.kernel_shape[i] - padding) : std::nullopt;
    if (!size || *size < 0) return site.wrong_input(kX, "sizes that the window gives back", x);
    dims.emplace_back(*size);
  }
  return dims;
}

Result<Types> infer(const Site& site, const Types& in) {
  const Type& x = in[kX];
  if (x.rank() < 3 || !is_float(x.dtype)) return site.wrong_input(kX, "at least 3 axes of floats", x);
  bool fits = in[kIndices].dtype == DType::i64 && in[kIndices].rank() == x.rank();
  for (std::size_t i = 0; fits && i < x.rank(); ++i) fits = may_equal(in[kIndices].dim(i), x.dim(i));
  if (!fits) return site.wrong_input(kIndices, text(Type(DType::i64, *x.dims)), in[kIndices]);
  DLAS_ASSIGN(std::vector<Dim> dims, unpooled(site, x));
  if (!in.has(kShape)) return Types{Type(x.dtype, std::move(dims))};
  DLAS_TRY(check_list(site, in, kShape));
  const auto sizes = known_list(site, kShape);
  if (!sizes) return Types{Type(x.dtype, unknown_sizes(x.rank()))};
  bool large = sizes->size() == x.rank();
  for (std::size_t i = 0; large && i < x.rank(); ++i)
    large = (*sizes)[i] >= 0 && (!dims[i].known() || (*sizes)[i] >= dims[i].size());
  if (!large) return site.wrong_input(kShape, "sizes of at least " + text(Type(x.dtype, dims)), in[kShape]);
  return Types{Type(x.dtype, {sizes->begin(), sizes->end()})};
}

Status run(const Call& call) {
  const Types in{call.in_types[kX]};
  DLAS_ASSIGN(const std::vector<Dim> dims, unpooled(call.site, in[0]));
  const Shape shape = Type(in[0].dtype, dims).shape();
  DLAS_ASSIGN(Tensor before, Tensor::zeros(call.in[kX].dtype(), shape));
  for (std::int64_t i = 0; i < call.in[kX].count(); ++i) {
    const std::int64_t at = call.in[kIndices].integer(i);
    if (at < 0 || at >= before.count())
      return call.site.wrong_input(kIndices, "indices of " + std::to_string(before.count()), std::to_string(at));
    copy_element(call.in[kX], i, before, at);
  }
  strided_copy(before, {0, row_major(shape)}, call.out[0], {0, row_major(call.out[0].shape())}, shape);
  return {};
}

}  // namespace

const Op max_unpool = {
    .name = "MaxUnpool",
    .inputs = "X I output_shape?",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
};

}  // namespace dlas::op
