// Pad: a border around the data, or less data where a pad is negative.                          ONNX Pad, opset 1 to 25
// reflect mirrors without the edge, symmetric (ours, as in TensorFlow) with it; edge repeats the edge; wrap continues from
// the other side. `axes` names the axes that the pads speak of: all begins, then all ends.
#include "model/op/list_nn.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum class Mode { constant, reflect, edge, wrap, symmetric };
constexpr std::array<std::string_view, 5> kModeNames{"constant", "reflect", "edge", "wrap", "symmetric"};

struct Attributes {
  Mode mode = Mode::constant;
  void fields(auto& f) { f("mode", mode, kModeNames); }
};

enum Input { kData, kPads, kValue, kAxes };

struct Pads {
  std::vector<std::int64_t> begin, end;
};

Result<std::optional<Pads>> pads_of(const Site& site, const Types& in) {
  const std::size_t rank = in[kData].rank();
  const auto list = known_list(site, kPads);
  if (!list || (in.has(kAxes) && !known_list(site, kAxes))) return std::optional<Pads>{};
  std::vector<std::size_t> axes(rank);
  for (std::size_t i = 0; i < rank; ++i) axes[i] = i;
  if (in.has(kAxes)) {
    DLAS_ASSIGN(axes, checked_axes(site, kAxes, *known_list(site, kAxes), rank));
  }
  if (list->size() != 2 * axes.size())
    return site.wrong_input(kPads, std::to_string(2 * axes.size()) + " numbers", std::to_string(list->size()));
  Pads pads{std::vector<std::int64_t>(rank), std::vector<std::int64_t>(rank)};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    pads.begin[axes[i]] = (*list)[i];
    pads.end[axes[i]] = (*list)[axes.size() + i];
    for (std::int64_t p : {(*list)[i], (*list)[axes.size() + i]})
      if (p < -0x7fffffffffff || p > 0x7fffffffffff)
        return site.wrong_input(kPads, "pads of less than 2^47", std::to_string(p));
  }
  return std::optional<Pads>{std::move(pads)};
}

Result<Types> infer(const Site& site, const Types& in) {
  const Type& x = in[kData];
  DLAS_TRY(check_list(site, in, kPads));
  if (in.has(kAxes)) DLAS_TRY(check_list(site, in, kAxes));
  if (in.has(kValue) && (in[kValue].dtype != x.dtype || (in[kValue].fixed() && !in[kValue].is_scalar_like())))
    return site.wrong_input(kValue, "one " + std::string(text(x.dtype)), in[kValue]);
  DLAS_ASSIGN(const std::optional<Pads> pads, pads_of(site, in));
  if (!pads) return Types{Type(x.dtype, unknown_sizes(x.rank()))};
  std::vector<Dim> dims = *x.dims;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (pads->begin[i] == 0 && pads->end[i] == 0) continue;
    if (!dims[i].known()) {
      dims[i] = Dim();
      continue;
    }
    const std::int64_t size = dims[i].size() + pads->begin[i] + pads->end[i];
    if (size < 0) return site.wrong_input(kPads, "pads that leave a size of at least 0", std::to_string(size));
    if (size > 0 && dims[i].size() == 0 && site.attributes<Attributes>().mode != Mode::constant)
      return site.wrong_input(kData, "elements to repeat along axis " + std::to_string(i), x);
    dims[i] = size;
  }
  return Types{Type(x.dtype, std::move(dims))};
}

// The input index that output index `i - begin` shows; negative for the constant.
std::int64_t source(Mode mode, std::int64_t i, std::int64_t size) {
  if (i >= 0 && i < size) return i;
  if (mode == Mode::constant) return -1;
  if (mode == Mode::edge || size == 1) return i < 0 ? 0 : size - 1;
  if (mode == Mode::wrap) return (i % size + size) % size;
  if (mode == Mode::symmetric) {
    const std::int64_t at = (i % (2 * size) + 2 * size) % (2 * size);
    return at < size ? at : 2 * size - 1 - at;
  }
  const std::int64_t period = 2 * (size - 1), at = (i % period + period) % period;
  return at < size ? at : period - at;
}

// What stands for 0 in a quantised tensor; nothing where 0 does.
Tensor zero_of(const Type& type, DType stored) {
  if (!type.quantized()) return {};
  const double zero = static_cast<double>(type.quantization->zero_points[0]);
  Tensor out = Tensor::make(stored, {});
  for_number(stored, [&]<typename T>() { out.mutable_as<T>()[0] = static_cast<T>(zero); });
  return out;
}

Status run(const Call& call) {
  const Mode mode = call.attributes<Attributes>().mode;
  DLAS_ASSIGN(const std::optional<Pads> pads, pads_of(call.site, call.in_types));
  check(pads.has_value(), "an operator that runs knows its inputs");
  const Tensor& x = call.in[kData];
  const Shape& shape = call.out[0].shape();
  const Strides strides = row_major(x.shape());
  std::vector<std::vector<std::int64_t>> from(shape.size());
  for (std::size_t a = 0; a < shape.size(); ++a)
    for (std::int64_t i = 0; i < shape[a]; ++i) from[a].push_back(source(mode, i - pads->begin[a], x.dim(a)));
  const Tensor fill = call.has(kValue) ? call.in[kValue] : zero_of(call.in_types[kData], x.dtype());
  std::int64_t at = 0;
  for (Walk<1> w(shape, {row_major(shape)}); !w.done(); w.next(), ++at) {
    std::int64_t offset = 0;
    for (std::size_t a = 0; a < shape.size() && offset >= 0; ++a) {
      const std::int64_t i = from[a][static_cast<std::size_t>(w.index()[a])];
      offset = i < 0 ? -1 : offset + i * strides[a];
    }
    if (offset >= 0) copy_element(x, offset, call.out[0], at);
    else if (!fill.absent()) copy_element(fill, 0, call.out[0], at);
  }
  return {};
}

}  // namespace

const Op pad = {
    .name = "Pad",
    .inputs = "data pads constant_value? axes?",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
