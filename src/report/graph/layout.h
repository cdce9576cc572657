// Where boxes and arrows go: layers from top to bottom, as Sugiyama, Tagawa and Toda lay out a hierarchy (IEEE Transactions
// on Systems, Man and Cybernetics 11, 1981).
//
//   layers   a box lies below all that it reads; an arrow over several layers gets a bend in each
//   order    boxes of a layer are sorted by the mean place of their neighbours, some sweeps down and up; the order with the
//            fewest crossings is kept
//   places   each layer takes the places nearest to the means of its neighbours that keep order and gaps, which is isotonic
//            regression (pool adjacent violators), some sweeps down and up
// Own code instead of Graphviz: a network is a few chains side by side, no library is needed for that, and the result is the
// same everywhere.
#pragma once

#include <vector>

#include "report/graph/picture.h"

namespace dlas::report {

struct Point {
  double x = 0, y = 0;
};

struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;  // x, y: the upper left corner
};

struct Layout {
  std::vector<Rectangle> boxes;
  std::vector<std::vector<Point>>
      arrows;  // from the lower side of one box to the upper side of another; empty: too far
               // to be drawn, when bends would outnumber everything else
  double width = 0, height = 0;
};

// Cost: sweeps that are linear but for sorting; at most kMostBends bends.
Layout laid_out(const Picture& picture);

inline constexpr std::size_t kMostBends = 40'000;

// Width of a text of `size` pixels in a sans-serif face, on the safe side.
double text_width(const std::string& text, double size);

}  // namespace dlas::report
