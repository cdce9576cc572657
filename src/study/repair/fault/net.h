// Small networks with random weights for 28 x 28 grey pictures, each in two forms that compute the same.
#pragma once

#include <string>
#include <vector>

#include "data/image.h"
#include "model/graph/graph.h"

namespace dlas::study::fault {

enum class Shape { plain, inception, decoder, transformer };
inline constexpr Shape kShapes[] = {Shape::plain, Shape::inception, Shape::decoder, Shape::transformer};
std::string_view text(Shape shape);

// Input [1,1,28,28], operators of ONNX. Folded: without BatchNormalization, its factors in the weights; queries, keys and values
// of the transformer in one matrix. The names are others, too.
Graph network(Shape shape, bool folded, std::uint64_t seed);

// Grey pictures of soft blobs: the same for the same seed.
std::vector<data::Image> pictures(std::int64_t count, std::uint64_t seed);

}  // namespace dlas::study::fault
