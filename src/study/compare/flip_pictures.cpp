#include "study/compare/flip_pictures.h"

#include <algorithm>
#include <numeric>

#include "data/thumbnail.h"

namespace dlas::study {

Status add_flip_pictures(const data::Dataset& dataset, std::vector<Flip>& flips) {
  std::vector<std::size_t> order(flips.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t x, std::size_t y) { return flips[x].margin > flips[y].margin; });
  order.resize(std::min(order.size(), kMostFlipPictures));
  for (const std::size_t i : order) {
    DLAS_ASSIGN(const data::Item item, dataset.item(flips[i].item));
    DLAS_ASSIGN(flips[i].png, data::thumbnail_png(item.image, kFlipPictureSide));
  }
  return {};
}

}  // namespace dlas::study
