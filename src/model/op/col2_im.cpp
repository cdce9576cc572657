// Col2Im: columns of blocks added up into pictures, the reverse of cutting them out.                  ONNX Col2Im, opset 18
// input [N, C prod(block), L]; block l, place k of channel c is added at the picture's place l stride - begin + k dilation.
#include "model/op/convolution.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"
#include "model/op/shape_rule.h"

namespace dlas::op {
namespace {

enum Input { kInput, kImage, kBlock };

struct Attributes {
  std::vector<std::int64_t> dilations, pads, strides;
  void fields(auto& f) {
    f("dilations", dilations);
    f("pads", pads);
    f("strides", strides);
  }
  WindowAttributes window() const { return {AutoPad::notset, {}, strides, dilations, pads}; }
};

// Sizes of the picture for a known picture and block.
Result<std::vector<Dim>> picture(const Site& site, const Type& input, const Shape& image, const Shape& block) {
  for (const auto& [slot, sizes] : {std::pair{kImage, &image}, std::pair{kBlock, &block}})
    for (const std::int64_t s : *sizes)
      if (s < 1) return site.wrong_input(slot, "sizes of at least 1", std::to_string(s));
  if (block.size() != image.size())
    return site.wrong_input(kBlock, std::to_string(image.size()) + " sizes", std::to_string(block.size()));
  const std::vector<Dim> sizes(image.begin(), image.end());
  DLAS_ASSIGN(const std::vector<Dim> blocks,
              window_outputs(site, site.attributes<Attributes>().window(), sizes, {block.begin(), block.end()}, false));
  const Dim in_block = elements_of({block.begin(), block.end()}), in_picture = elements_of(blocks);
  if (!may_equal(input.dim(2), in_picture)) return site.wrong_input(kInput, text(in_picture) + " blocks", input);
  Dim channels;
  if (input.dim(1).known() && in_block.known()) {
    if (input.dim(1).size() % in_block.size() != 0)
      return site.wrong_input(kInput, "blocks of " + text(in_block) + " elements a channel", input);
    channels = input.dim(1).size() / in_block.size();
  }
  std::vector<Dim> dims{input.dim(0), channels};
  dims.insert(dims.end(), sizes.begin(), sizes.end());
  return dims;
}

Result<Types> infer(const Site& site, const Types& in) {
  if (in[kInput].rank() != 3 || !is_float(in[kInput].dtype))
    return site.wrong_input(kInput, "three axes of floats", in[kInput]);
  for (std::size_t slot : {kImage, kBlock}) DLAS_TRY(check_list(site, in, slot));
  const auto image = known_list(site, kImage), block = known_list(site, kBlock);
  if (image && block) {
    DLAS_ASSIGN(std::vector<Dim> dims, picture(site, in[kInput], *image, *block));
    return Types{Type(in[kInput].dtype, std::move(dims))};
  }
  const auto axes = list_length(in[kImage]);
  if (!axes) return Types{Type::unranked(in[kInput].dtype)};
  std::vector<Dim> dims = unknown_sizes(2 + *axes);
  dims[0] = in[kInput].dim(0);
  return Types{Type(in[kInput].dtype, std::move(dims))};
}

Status run(const Call& call) {
  const Shape image = call.in[kImage].integers(), block = call.in[kBlock].integers();
  const Window window = window_of(call.attributes<Attributes>().window(), image, block, false);
  const auto taps_of = forward_taps(window);
  const std::vector<double> x = reals(call, kInput);
  const std::int64_t size = count(block), places = count(image), blocks = call.in[kInput].dim(2);
  const std::int64_t planes = call.in[kInput].dim(0) * call.out[0].dim(1);
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  std::vector<Tap> taps;
  for (std::int64_t l = 0; l < blocks; ++l) {
    taps.clear();
    taps_of(l, taps);
    for (std::int64_t plane = 0; plane < planes; ++plane)
      for (const Tap& t : taps)
        y[static_cast<std::size_t>(plane * places + t.place)] +=
            x[static_cast<std::size_t>((plane * size + t.tap) * blocks + l)];
  }
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  return {.operations = static_cast<std::uint64_t>(in[kInput].count().value_or(0)),
          .bytes = in[kInput].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op col2_im = {
    .name = "Col2Im",
    .inputs = "input image_shape block_shape",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
