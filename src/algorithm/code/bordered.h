// A picture with zeros around it: taken as it is when its own border is wide enough, else copied into scratch.
#pragma once

#include "algorithm/kernel.h"
#include "algorithm/problem.h"
#include "algorithm/view.h"

namespace dlas::algorithm {

inline std::int64_t padded_channels(std::int64_t channels) {
  return (channels + kChannelBlock - 1) / kChannelBlock * kChannelBlock;
}

// What a convolution reads outside its input: less than its pads say, where the stride leaves pixels over.
Border needed_border(const ConvProblem& problem);

bool covers(const Border& given, const Border& needed);

std::size_t bordered_bytes(const View& picture, const Border& border);

// A view of `picture` with `needed` zeros around it. REQUIRES: `scratch` holds bordered_bytes() unless `given` covers `needed`.
View with_border(const View& picture, const Border& given, const Border& needed, std::byte* scratch, const Loop& loop);

}  // namespace dlas::algorithm
