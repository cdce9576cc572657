// The output channels of a convolution cut into blocks of whole vectors, and its weights packed block by block.
//
// Packed: [block][part of the input channels][tap y][tap x][input channel][output channel of the block], zeros where there is no
// channel. A block that holds output channels of several groups reads the input channels of all of them; where a group's weights
// say nothing there are zeros (so an infinity in one group makes NaN in its neighbours, when groups are not whole vectors).
#pragma once

#include <cstdint>
#include <vector>

#include "algorithm/code/aligned.h"
#include "algorithm/code/tile_code.h"
#include "algorithm/problem.h"
#include "algorithm/schedule.h"
#include "algorithm/target.h"
#include "base/tensor.h"

namespace dlas::algorithm {

struct ChannelBlock {
  std::int64_t first = 0, vectors = 0, channels = 0;  // of the output; channels = vectors * lanes
  std::int64_t in_first = 0, steps = 0;               // of the input; `unroll` channels a step
  std::size_t weights = 0;                            // where its packed weights begin
};

struct ChannelBlocks {
  std::vector<ChannelBlock> blocks;
  std::int64_t unroll = 4;      // input channels of a step
  std::int64_t part_steps = 0;  // of one part of the input channels; the last may have fewer
  std::int64_t taps = 0;
  std::size_t size = 0;  // of the packed weights
};

// How many vectors each block has when `vectors` of them are cut into blocks of at most `most`, as equal as the target's tiles allow.
std::vector<std::int64_t> cut_vectors(std::int64_t vectors, std::int64_t most, const Target& target);

ChannelBlocks channel_blocks(const ConvProblem& problem, const Schedule& schedule, const Target& target);

// REQUIRES: weights of sizes out_channels x kernel_h x kernel_w x (in_channels / groups), float32.
Result<AlignedFloats> pack_weights(const ConvProblem& problem, const ChannelBlocks& blocks, const Tensor& weights);
// The bias, padded with zeros to whole blocks of channels; all zeros when absent.
Result<AlignedFloats> pack_bias(const ConvProblem& problem, const Tensor& bias);

// What is wrong with the sizes of the tensors, or with those of the problem.
Status check_tensors(const ConvProblem& problem, const Tensor& weights, const Tensor& bias);

}  // namespace dlas::algorithm
