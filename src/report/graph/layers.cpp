#include "report/graph/layers.h"

#include <algorithm>
#include <numeric>

namespace dlas::report {
namespace {

constexpr int kSweeps = 12;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

std::vector<std::int32_t> layer_of_boxes(const Picture& picture) {
  const std::size_t n = picture.boxes.size();
  std::vector<std::vector<std::int32_t>> readers(n);
  std::vector<std::int32_t> layer(n), reads(n);
  for (const Arrow& arrow : picture.arrows) {
    readers[at(arrow.from)].push_back(arrow.to);
    ++reads[at(arrow.to)];
  }
  for (std::size_t i = 0; i < n; ++i)
    for (const std::int32_t reader : readers[i]) layer[at(reader)] = std::max(layer[at(reader)], layer[i] + 1);
  // What reads nothing (a second input) moves down to just above its first reader.
  for (std::size_t i = 0; i < n; ++i) {
    if (reads[i] > 0 || readers[i].empty()) continue;
    std::int32_t first = layer[at(readers[i][0])];
    for (const std::int32_t reader : readers[i]) first = std::min(first, layer[at(reader)]);
    layer[i] = first - 1;
  }
  return layer;
}

std::int32_t new_spot(Layers& out, std::int32_t layer) {
  out.layer.push_back(layer);
  out.above.emplace_back();
  out.below.emplace_back();
  return static_cast<std::int32_t>(out.layer.size()) - 1;
}

// Short arrows first, so that the far ones are left out when the bends run out.
std::vector<std::size_t> by_length(const Picture& picture, const std::vector<std::int32_t>& layer) {
  std::vector<std::size_t> order(picture.arrows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, {}, [&](std::size_t i) { return layer[at(picture.arrows[i].to)] - layer[at(picture.arrows[i].from)]; });
  return order;
}

std::vector<std::int32_t> places(const Layers& layers) {
  std::vector<std::int32_t> place(layers.layer.size());
  for (const auto& row : layers.rows)
    for (std::size_t i = 0; i < row.size(); ++i) place[at(row[i])] = static_cast<std::int32_t>(i);
  return place;
}

// Crossings between a row and the one below: pairs of links in the wrong order, counted with a Fenwick tree.
std::uint64_t crossings_below(const Layers& layers, const std::vector<std::int32_t>& row, std::size_t width_below,
                              const std::vector<std::int32_t>& place) {
  std::vector<std::uint64_t> tree(width_below + 1);
  std::uint64_t crossings = 0, total = 0;
  for (const std::int32_t spot : row) {
    for (const std::int32_t low : layers.below[at(spot)]) {
      std::uint64_t not_right = 0;
      for (std::size_t i = at(place[at(low)]) + 1; i > 0; i -= i & (~i + 1)) not_right += tree[i];
      crossings += total - not_right;
    }
    for (const std::int32_t low : layers.below[at(spot)]) {
      for (std::size_t i = at(place[at(low)]) + 1; i <= width_below; i += i & (~i + 1)) ++tree[i];
      ++total;
    }
  }
  return crossings;
}

std::uint64_t crossings(const Layers& layers) {
  const std::vector<std::int32_t> place = places(layers);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 1 < layers.rows.size(); ++i)
    sum += crossings_below(layers, layers.rows[i], layers.rows[i + 1].size(), place);
  return sum;
}

void sort_row(std::vector<std::int32_t>& row, const std::vector<std::vector<std::int32_t>>& neighbours,
              std::vector<std::int32_t>& place) {
  std::vector<std::pair<double, std::int32_t>> keyed;
  for (const std::int32_t spot : row) {
    double sum = 0;
    for (const std::int32_t other : neighbours[at(spot)]) sum += place[at(other)];
    const bool alone = neighbours[at(spot)].empty();
    keyed.emplace_back(alone ? place[at(spot)] : sum / static_cast<double>(neighbours[at(spot)].size()), spot);
  }
  std::ranges::stable_sort(keyed, {}, &std::pair<double, std::int32_t>::first);
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] = keyed[i].second;
    place[at(row[i])] = static_cast<std::int32_t>(i);
  }
}

}  // namespace

Layers layers(const Picture& picture, std::size_t most_bends) {
  Layers out;
  out.layer = layer_of_boxes(picture);
  out.above.resize(out.layer.size());
  out.below.resize(out.layer.size());
  out.through.resize(picture.arrows.size());
  std::size_t bends = 0;
  for (const std::size_t i : by_length(picture, out.layer)) {
    const Arrow& arrow = picture.arrows[i];
    const std::int32_t first = out.layer[at(arrow.from)], last = out.layer[at(arrow.to)];
    bends += at(last - first - 1);
    if (bends > most_bends) break;
    std::vector<std::int32_t> through = {arrow.from};
    for (std::int32_t layer = first + 1; layer < last; ++layer) through.push_back(new_spot(out, layer));
    through.push_back(arrow.to);
    for (std::size_t k = 0; k + 1 < through.size(); ++k) {
      out.below[at(through[k])].push_back(through[k + 1]);
      out.above[at(through[k + 1])].push_back(through[k]);
    }
    out.through[i] = std::move(through);
  }
  const std::int32_t deepest = out.layer.empty() ? -1 : *std::ranges::max_element(out.layer);
  out.rows.resize(at(deepest + 1));
  for (std::size_t i = 0; i < out.layer.size(); ++i) out.rows[at(out.layer[i])].push_back(static_cast<std::int32_t>(i));
  return out;
}

void sort_rows(Layers& layers) {
  std::vector<std::int32_t> place = places(layers);
  std::vector<std::vector<std::int32_t>> best = layers.rows;
  std::uint64_t fewest = crossings(layers);
  for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
    const std::size_t n = layers.rows.size();
    if (sweep % 2 == 0) {
      for (std::size_t i = 1; i < n; ++i) sort_row(layers.rows[i], layers.above, place);
    } else {
      for (std::size_t i = n; i-- > 1;) sort_row(layers.rows[i - 1], layers.below, place);
    }
    if (const std::uint64_t now = crossings(layers); now < fewest) {
      fewest = now;
      best = layers.rows;
    }
  }
  layers.rows = std::move(best);
}

}  // namespace dlas::report
