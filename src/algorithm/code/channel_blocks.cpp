#include "algorithm/code/channel_blocks.h"

#include <algorithm>

#include "algorithm/code/bordered.h"
#include "base/threads.h"

namespace dlas::algorithm {
namespace {

// The input channels that the output channels [first, last) of the block need, from a multiple of a step on.
void find_inputs(const ConvProblem& p, std::int64_t unroll, ChannelBlock& block) {
  const std::int64_t out_of_group = p.out_channels / p.groups, in_of_group = p.in_channels / p.groups;
  const std::int64_t last = std::min(block.first + block.channels, p.out_channels) - 1;
  block.in_first = block.first / out_of_group * in_of_group / unroll * unroll;
  const std::int64_t end = (last / out_of_group + 1) * in_of_group;
  block.steps = (end - block.in_first + unroll - 1) / unroll;
}

}  // namespace

std::vector<std::int64_t> cut_vectors(std::int64_t vectors, std::int64_t most, const Target& target) {
  const std::int64_t unit = kChannelBlock / target.lanes;
  const auto made = [&](std::int64_t v) { return v > 0 && widest_tile(target.name, TileKind::conv, v) > 0; };
  const Cut even = cut(vectors / unit, most / unit);
  std::vector<std::int64_t> out;
  if (made(even.size * unit) && (even.wide == 0 || made((even.size + 1) * unit))) {
    out.assign(even.wide, (even.size + 1) * unit);
    out.resize(even.wide + even.narrow, even.size * unit);
    return out;
  }
  while (vectors > 0) {
    std::int64_t size = std::min(most, vectors);
    while (size > unit && !made(size)) size -= unit;
    out.push_back(size);
    vectors -= size;
  }
  return out;
}

ChannelBlocks channel_blocks(const ConvProblem& p, const Schedule& schedule, const Target& target) {
  ChannelBlocks out;
  out.taps = p.kernel_h * p.kernel_w;
  out.unroll = schedule.unroll;
  const std::int64_t out_of_group = p.out_channels / p.groups;
  // Groups of whole vectors are cut one by one; others as if there were no groups.
  const bool whole = out_of_group % kChannelBlock == 0;
  const std::int64_t pieces = whole ? p.groups : 1;
  const std::int64_t channels = whole ? out_of_group : padded_channels(p.out_channels);
  for (std::int64_t piece = 0; piece < pieces; ++piece) {
    std::int64_t first = piece * channels;
    for (const std::int64_t vectors : cut_vectors(channels / target.lanes, schedule.tile_c, target)) {
      ChannelBlock block{.first = first, .vectors = vectors, .channels = vectors * target.lanes};
      find_inputs(p, out.unroll, block);
      block.weights = out.size;
      out.size += static_cast<std::size_t>(block.channels * block.steps * out.unroll * out.taps);
      first += block.channels;
      out.blocks.push_back(block);
    }
  }
  out.part_steps = schedule.block_c / out.unroll;
  for (const ChannelBlock& block : out.blocks)
    if (schedule.block_c == 0) out.part_steps = std::max(out.part_steps, block.steps);
  return out;
}

namespace {

// Where the input channels of one tap lie in a packed block: how many pixels of weights, `channels` each, come before.
struct Places {
  std::int64_t taps, part, all;  // input channels of a part, and of all parts

  std::int64_t operator()(std::int64_t tap, std::int64_t in) const {
    const std::int64_t begin = in < part ? 0 : in / part * part;
    return begin * (taps - 1) + tap * std::min(part, all - begin) + in;
  }
  // Input channels that follow each other from `in` on.
  std::int64_t run(std::int64_t in) const { return part - in % part; }
};

// Packs one block. Input channels sixteen at a time: a row of the source is read a cache line at a time, and what is written to stays in
// the first cache until it is full.
void pack_block(const ConvProblem& p, const ChannelBlocks& blocks, const ChannelBlock& block, const float* from,
                float* to) {
  constexpr std::int64_t kLine = 16;
  const std::int64_t out_of_group = p.out_channels / p.groups, in_of_group = p.in_channels / p.groups;
  const std::int64_t outputs = std::min(block.channels, p.out_channels - block.first), stride = block.channels;
  const Places places{blocks.taps, blocks.part_steps * blocks.unroll, block.steps * blocks.unroll};
  for (std::int64_t tap = 0; tap < blocks.taps; ++tap)
    for (std::int64_t line = 0; line < in_of_group; line += kLine)
      for (std::int64_t c = 0; c < outputs; ++c) {
        const std::int64_t out = block.first + c, begin = out / out_of_group * in_of_group - block.in_first;
        const float* row = from + (out * blocks.taps + tap) * in_of_group;
        const std::int64_t end = std::min(line + kLine, in_of_group);
        for (std::int64_t i = line; i < end;) {
          const std::int64_t run = std::min(end, i + places.run(begin + i));
          for (float* place = to + places(tap, begin + i) * stride + c; i < run; ++i, place += stride) *place = row[i];
        }
      }
}

}  // namespace

Result<AlignedFloats> pack_weights(const ConvProblem& p, const ChannelBlocks& blocks, const Tensor& weights) {
  DLAS_ASSIGN(AlignedFloats packed, AlignedFloats::zeros(blocks.size));
  const float* from = weights.as<float>().data();
  const auto one = [&](std::int64_t i) {
    const ChannelBlock& block = blocks.blocks[static_cast<std::size_t>(i)];
    pack_block(p, blocks, block, from, packed.data() + block.weights);
  };
  parallel_for(std::ssize(blocks.blocks), one);
  return packed;
}

Result<AlignedFloats> pack_bias(const ConvProblem& p, const Tensor& bias) {
  DLAS_ASSIGN(AlignedFloats packed, AlignedFloats::zeros(static_cast<std::size_t>(padded_channels(p.out_channels))));
  if (!bias.absent()) std::ranges::copy(bias.as<float>(), packed.data());
  return packed;
}

Status check_tensors(const ConvProblem& p, const Tensor& weights, const Tensor& bias) {
  const Shape expected = {p.out_channels, p.kernel_h, p.kernel_w, p.in_channels / p.groups};
  if (weights.dtype() != DType::f32 || weights.shape() != expected)
    return make_error(Code::type, "weights float32 " + dlas::text(expected), dlas::text(weights));
  const bool fits = bias.absent() || (bias.dtype() == DType::f32 && bias.shape() == Shape{p.out_channels});
  if (!fits || bias.absent() == p.epilogue.bias)
    return make_error(Code::type, p.epilogue.bias ? "bias float32 " + dlas::text(Shape{p.out_channels}) : "no bias",
                      bias.absent() ? "no bias" : dlas::text(bias));
  return {};
}

}  // namespace dlas::algorithm
