// Convolutions: the weights say how many spatial axes there are. PyTorch's layouts are ONNX's: NCHW, OIHW, and IOHW transposed.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

struct Slots {
  std::size_t stride, padding, dilation, groups, output_padding;
};
constexpr std::size_t kInput = 0, kWeight = 1, kBias = 2;

Result<std::size_t> spatial_rank(Call& call, ValueId x, ValueId w, const Dim& channels) {
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(w));
  if (rank < 3) return cannot("weights of fewer than three axes");
  Type& type = call.build.graph().value(x).type;
  // The inputs of a TorchScript file have no declared rank; a convolution tells it. Sizes get names, by which a user's
  // tensors give them.
  if (!type.ranked() && call.build.graph().value(x).producer == kNone) {
    constexpr std::array<std::string_view, 3> kPlaces{"depth", "height", "width"};
    type.dims.emplace(std::vector<Dim>{Dim::symbol("batch"), channels});
    for (std::size_t i = 2; i < rank; ++i)
      type.dims->push_back(
          Dim::symbol(std::string(kPlaces[std::min<std::size_t>(kPlaces.size() - 1, i + 5 - rank - 2)])));
  }
  if (type.ranked() && type.rank() != rank) return cannot("an input without a batch axis");
  return rank - 2;
}

Result<AttributeList> window(Call& call, const Slots& slots, std::size_t rank) {
  DLAS_ASSIGN(const auto strides, call.spread(slots.stride, rank, 1));
  DLAS_ASSIGN(const auto dilations, call.spread(slots.dilation, rank, 1));
  DLAS_ASSIGN(const std::int64_t group, call.integer(slots.groups, 1));
  AttributeList out{{"strides", strides}, {"dilations", dilations}, {"group", group}};
  if (std::holds_alternative<std::string>(call.datum(slots.padding))) {
    const auto& word = std::get<std::string>(call.datum(slots.padding));
    if (word != "same" && word != "valid") return cannot("padding '" + word + "'");
    out.push_back({"auto_pad", std::string(word == "same" ? "SAME_UPPER" : "VALID")});
    return out;
  }
  DLAS_ASSIGN(std::vector<std::int64_t> pads, call.spread(slots.padding, rank, 0));
  pads.insert(pads.end(), pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(rank));
  out.push_back({"pads", std::move(pads)});
  return out;
}

Result<Datum> forward(Call& call, const Slots& slots) {
  DLAS_ASSIGN(const ValueId x, call.tensor(kInput));
  DLAS_ASSIGN(const ValueId w, call.tensor(kWeight));
  DLAS_ASSIGN(const ValueId b, call.tensor_or_none(kBias));
  DLAS_ASSIGN(const std::int64_t groups, call.integer(slots.groups, 1));
  const Type& weights = call.build.type(w);
  const Dim channels =
      weights.ranked() && weights.rank() > 1 && groups > 0 ? product(weights.dim(1), Dim(groups)) : Dim();
  DLAS_ASSIGN(const std::size_t rank, spatial_rank(call, x, w, channels));
  DLAS_ASSIGN(const AttributeList attributes, window(call, slots, rank));
  return call.build.finish("Conv", attributes, {x, w, b});
}

Result<Datum> backward(Call& call, const Slots& slots) {
  DLAS_ASSIGN(const ValueId x, call.tensor(kInput));
  DLAS_ASSIGN(const ValueId w, call.tensor(kWeight));
  DLAS_ASSIGN(const ValueId b, call.tensor_or_none(kBias));
  DLAS_ASSIGN(const std::size_t rank, spatial_rank(call, x, w, Dim()));
  DLAS_ASSIGN(AttributeList attributes, window(call, slots, rank));
  DLAS_ASSIGN(auto padding, call.spread(slots.output_padding, rank, 0));
  attributes.push_back({"output_padding", std::move(padding)});
  return call.build.finish("ConvTranspose", attributes, {x, w, b});
}

}  // namespace

// input weight bias stride padding dilation groups
Result<Datum> convolution_of(Call& call) { return forward(call, {3, 4, 5, 6, 7}); }

// input weight bias stride padding dilation transposed output_padding groups
Result<Datum> convolution(Call& call) {
  DLAS_ASSIGN(const bool transposed, call.flag(6, false));
  const Slots slots{3, 4, 5, 8, 7};
  return transposed ? backward(call, slots) : forward(call, slots);
}

// input weight bias stride padding output_padding groups dilation
Result<Datum> conv_transpose(Call& call) { return backward(call, {3, 4, 7, 6, 5}); }

}  // namespace dlas::torch
