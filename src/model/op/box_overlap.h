// Intersection over union of two boxes, in float32 as LiteRT's detection kernels compute it.                LiteRT 2.3
#pragma once

#include <algorithm>

namespace dlas::op {

struct BoxCorners {
  float top = 0, left = 0, bottom = 0, right = 0;
};

// 0 when one of them has no area.
inline float intersection_over_union(const BoxCorners& a, const BoxCorners& b) {
  const float a_area = (a.bottom - a.top) * (a.right - a.left), b_area = (b.bottom - b.top) * (b.right - b.left);
  if (!(a_area > 0 && b_area > 0)) return 0;
  const float height = std::max(std::min(a.bottom, b.bottom) - std::max(a.top, b.top), 0.0F);
  const float width = std::max(std::min(a.right, b.right) - std::max(a.left, b.left), 0.0F);
  const float common = height * width;
  return common / (a_area + b_area - common);
}

}  // namespace dlas::op
