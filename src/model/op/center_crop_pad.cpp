// CenterCropPad: each of `axes` cut or padded with zeros around its centre to the size in `shape`.  ONNX CenterCropPad, opset 18
//
// With an odd difference the start gets the smaller half: crop from floor((have - want) / 2), pad floor((want - have) / 2).
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kInput, kShape };

struct Attributes {
  std::optional<std::vector<std::int64_t>> axes;
  void fields(auto& f) { f("axes", axes); }
};

Result<std::vector<std::size_t>> chosen(const Site& site, std::size_t rank) {
  const auto& axes = site.attributes<Attributes>().axes;
  std::vector<std::size_t> out;
  std::vector<char> seen(rank, 0);
  for (std::size_t i = 0; i < (axes ? axes->size() : rank); ++i) {
    const auto a = axes ? normalized_axis((*axes)[i], rank) : std::optional(i);
    if (!a || seen[*a])
      return site.wrong_attribute("axes", "axes of " + std::to_string(rank) + ", each once", dlas::text(*axes));
    seen[*a] = 1;
    out.push_back(*a);
  }
  return out;
}

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_list(site, in, kShape));
  DLAS_ASSIGN(const auto axes, chosen(site, in[kInput].rank()));
  if (const auto n = list_length(in[kShape]); n && *n != axes.size())
    return site.wrong_input(kShape, std::to_string(axes.size()) + " sizes", in[kShape]);
  std::vector<Dim> dims = *in[kInput].dims;
  const auto sizes = known_list(site, kShape);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (sizes && (*sizes)[i] < 0) return site.wrong_input(kShape, "sizes of at least 0", dlas::text(*sizes));
    dims[axes[i]] = sizes ? Dim((*sizes)[i]) : Dim();
  }
  return Types{Type(in[kInput].dtype, dims)};
}

Status run(const Call& call) {
  const Tensor& in = call.in[kInput];
  Tensor& out = call.out[0];
  Place source{0, row_major(in.shape())}, target{0, row_major(out.shape())};
  Shape shape = in.shape();
  for (std::size_t a = 0; a < in.rank(); ++a) {
    const std::int64_t have = in.dim(a), want = out.dim(a);
    if (have > want) source.offset += (have - want) / 2 * source.strides[a];
    else target.offset += (want - have) / 2 * target.strides[a];
    shape[a] = std::min(have, want);
  }
  strided_copy(in, source, out, target, shape);
  return {};
}

}  // namespace

extern const Op center_crop_pad = {.name = "CenterCropPad",
                                   .inputs = "input_data shape",
                                   .outputs = "output_data",
                                   .attributes = &schema_of<Attributes>(),
                                   .infer = infer,
                                   .run = run};

}  // namespace dlas::op
