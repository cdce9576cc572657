// How the weights of one linear operator became those of another.
#pragma once

#include <optional>
#include <string>

#include "study/localize/align/weights.h"

namespace dlas::study::localize {

// "1.5 times the source's", "the source's in another order of output channels", "off by at most 0.01 of their size", ...
std::string weight_change(const Weights& now, const Weights& source);
std::string bias_change(const std::vector<float>& now, const std::vector<float>& source);

// Numbers in the order of Weights as `node` stores them; nothing when their count is another.
std::optional<Tensor> in_order_of(const Graph& graph, const Node& node, const std::vector<float>& numbers,
                                  const Tensor& like);

}  // namespace dlas::study::localize
