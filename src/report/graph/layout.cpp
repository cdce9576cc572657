#include "report/graph/layout.h"

#include <algorithm>
#include <limits>

#include "report/graph/layers.h"

namespace dlas::report {
namespace {

constexpr double kMargin = 12, kGapAcross = 22, kGapDown = 24, kBend = 8;
constexpr double kOneLine = 26, kTwoLines = 40;
constexpr int kSweeps = 14;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

// A stretch of neighbours that touch, moved as one: `offset` is where its first would like to be.
struct Stretch {
  double wish = 0, weight = 0;
  std::size_t count = 0;
  double mean() const { return wish / weight; }
};

// Centres nearest to the wishes, in the given order, with at least half of both widths and the gap between two.
std::vector<double> spread(const std::vector<double>& wishes, const std::vector<double>& weights,
                           const std::vector<double>& widths) {
  std::vector<double> offset(wishes.size());
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    if (i > 0) offset[i] = offset[i - 1] + (widths[i - 1] + widths[i]) / 2 + kGapAcross;
    stretches.push_back({(wishes[i] - offset[i]) * weights[i], weights[i], 1});
    while (stretches.size() > 1 && stretches[stretches.size() - 2].mean() > stretches.back().mean()) {
      const Stretch last = stretches.back();
      stretches.pop_back();
      stretches.back().wish += last.wish;
      stretches.back().weight += last.weight;
      stretches.back().count += last.count;
    }
  }
  std::vector<double> centres;
  for (const Stretch& stretch : stretches)
    for (std::size_t k = 0; k < stretch.count; ++k) centres.push_back(stretch.mean() + offset[centres.size()]);
  return centres;
}

class Placing {
 public:
  Placing(const Picture& picture, const Layers& layers, std::vector<double> widths)
      : layers_(layers), boxes_(picture.boxes.size()), widths_(std::move(widths)), centre_(widths_.size()) {
    for (const auto& row : layers_.rows) {
      const std::vector<double> wishes(row.size(), 0), weights(row.size(), 1);
      place(row, wishes, weights);
    }
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      if (sweep % 2 == 0) {
        for (const auto& row : layers_.rows) settle(row, layers_.above);
      } else {
        for (auto row = layers_.rows.rbegin(); row != layers_.rows.rend(); ++row) settle(*row, layers_.below);
      }
    }
  }
  const std::vector<double>& centres() const { return centre_; }

 private:
  bool bend(std::int32_t spot) const { return at(spot) >= boxes_; }

  void place(const std::vector<std::int32_t>& row, const std::vector<double>& wishes,
             const std::vector<double>& weights) {
    std::vector<double> widths;
    for (const std::int32_t spot : row) widths.push_back(widths_[at(spot)]);
    const std::vector<double> centres = spread(wishes, weights, widths);
    for (std::size_t i = 0; i < row.size(); ++i) centre_[at(row[i])] = centres[i];
  }

  // Long arrows pull harder, so that they run straight; without neighbours a spot hardly minds where it is.
  void settle(const std::vector<std::int32_t>& row, const std::vector<std::vector<std::int32_t>>& neighbours) {
    std::vector<double> wishes, weights;
    for (const std::int32_t spot : row) {
      double sum = 0, weight = 0;
      for (const std::int32_t other : neighbours[at(spot)]) {
        const double pull = bend(spot) && bend(other) ? 8 : bend(spot) || bend(other) ? 2 : 1;
        sum += pull * centre_[at(other)];
        weight += pull;
      }
      wishes.push_back(weight > 0 ? sum / weight : centre_[at(spot)]);
      weights.push_back(std::max(weight, 0.01));
    }
    place(row, wishes, weights);
  }

  const Layers& layers_;
  std::size_t boxes_;
  std::vector<double> widths_, centre_;
};

double box_width(const Box& box) {
  return std::max({44.0, text_width(box.label, 12) + 20, text_width(box.detail, 10.5) + 20});
}

double box_height(const Box& box) { return box.detail.empty() ? kOneLine : kTwoLines; }

// The upper side of each row, and below the last one the end.
std::vector<double> row_tops(const Picture& picture, const Layers& layers) {
  std::vector<double> tops = {kMargin};
  for (const auto& row : layers.rows) {
    double height = kOneLine;
    for (const std::int32_t spot : row)
      if (at(spot) < picture.boxes.size()) height = std::max(height, box_height(picture.boxes[at(spot)]));
    tops.push_back(tops.back() + height + kGapDown);
  }
  return tops;
}

}  // namespace

double text_width(const std::string& text, double size) {
  double units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xc0) continue;  // inside a character of UTF-8
    if (byte >= 0xe0) units += 1.0;             // as wide as high
    else if (c == 'i' || c == 'l' || c == ',' || c == '.' || c == ' ' || c == ':' || c == ';') units += 0.34;
    else if (c == 'm' || c == 'M' || c == 'w' || c == 'W') units += 0.92;
    else units += c >= 'A' && c <= 'Z' ? 0.7 : 0.6;
  }
  return units * size;
}

Layout laid_out(const Picture& picture) {
  Layers rows = layers(picture, kMostBends);
  sort_rows(rows);
  std::vector<double> widths(rows.layer.size(), kBend);
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) widths[i] = box_width(picture.boxes[i]);
  const Placing placing(picture, rows, widths);
  const std::vector<double>& centre = placing.centres();
  double left = std::numeric_limits<double>::infinity(), right = -left;
  for (std::size_t i = 0; i < centre.size(); ++i) {
    left = std::min(left, centre[i] - widths[i] / 2);
    right = std::max(right, centre[i] + widths[i] / 2);
  }
  const std::vector<double> tops = row_tops(picture, rows);
  Layout out;
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    const double x = centre[i] - widths[i] / 2 - left + kMargin;
    out.boxes.push_back({x, tops[at(rows.layer[i])], widths[i], box_height(picture.boxes[i])});
  }
  for (const auto& through : rows.through) {
    std::vector<Point> points;
    for (std::size_t k = 0; k < through.size(); ++k) {
      const double x = centre[at(through[k])] - left + kMargin, top = tops[at(rows.layer[at(through[k])])];
      const bool first = k == 0, last = k + 1 == through.size();
      if (first) points.push_back({x, top + out.boxes[at(through[k])].height});
      else points.push_back({x, top});
      if (!first && !last) points.push_back({x, tops[at(rows.layer[at(through[k])]) + 1] - kGapDown});
    }
    out.arrows.push_back(std::move(points));
  }
  out.width = picture.boxes.empty() ? 2 * kMargin : right - left + 2 * kMargin;
  out.height = tops.back() - (picture.boxes.empty() ? 0 : kGapDown) + kMargin;
  return out;
}

}  // namespace dlas::report
