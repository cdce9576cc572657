#include "report/interval.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dlas::report {

std::string interval_svg(std::optional<double> value, std::optional<double> low, std::optional<double> high,
                         double least, double most) {
  if (!value || !low || !high || !(most > least)) return "";
  constexpr double kWidth = 180;
  const auto x = [&](double at) { return kWidth * std::clamp((at - least) / (most - least), 0.0, 1.0); };
  if (!std::isfinite(x(*value)) || !std::isfinite(x(*low)) || !std::isfinite(x(*high))) return "";
  return fmt::format(
      "<svg class=\"interval\" viewBox=\"-3 0 186 14\" width=\"186\" height=\"14\" aria-hidden=\"true\">"
      "<line class=\"track\" x1=\"0\" x2=\"180\" y1=\"7\" y2=\"7\"/>"
      "<rect class=\"range\" x=\"{:.1f}\" y=\"4\" width=\"{:.1f}\" height=\"6\" rx=\"3\"/>"
      "<circle class=\"at\" cx=\"{:.1f}\" cy=\"7\" r=\"3\"/></svg>",
      x(*low), std::max(x(*high) - x(*low), 1.0), x(*value));
}

}  // namespace dlas::report
