// Small copies of the pictures with another answer, for the page.
#pragma once

#include "data/dataset.h"
#include "study/compare/diff.h"

namespace dlas::study {

inline constexpr std::size_t kMostFlipPictures = 60;  // the clear flips first; a page with more is not read
inline constexpr int kFlipPictureSide = 96;           // pixels

// Fills Flip::png of up to kMostFlipPictures flips: those with the largest margin, since the near ties say least.
// Errors: of reading pictures.
Status add_flip_pictures(const data::Dataset& dataset, std::vector<Flip>& flips);

}  // namespace dlas::study
