// The error curve: relative error of each matched value and what arithmetic explains of it, on a logarithmic axis.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/text.h"
#include "report/axis.h"
#include "report/name.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

constexpr double kWidth = 1000, kHeight = 354, kLeft = 64, kRight = 16, kTop = 48, kBottom = 310;
constexpr std::size_t kMostDots = 1500;  // beyond, only the first divergence gets one
constexpr std::size_t kMostStops = 40;   // dots that the tab key reaches

struct Series {
  std::vector<double> error, floor;
};

Series series(const Json& values) {
  const double infinity = std::numeric_limits<double>::infinity();
  Series out;
  for (const Json& value : values) {
    out.error.push_back(number(value, "relative").value_or(infinity));
    out.floor.push_back(number(value, "floor").value_or(infinity));
  }
  return out;
}

LogAxis axis_of(const Series& s) {
  std::vector<double> all = s.error;
  for (const double floor : s.floor)
    if (floor > 0) all.push_back(floor);
  return {all, kTop, kBottom};
}

double x_of(std::size_t i, std::size_t n) {
  const double share = n > 1 ? static_cast<double>(i) / static_cast<double>(n - 1) : 0.5;
  return kLeft + 10 + share * (kWidth - kLeft - kRight - 20);
}

std::string tick(double y, const std::string& text) {
  return fmt::format(
      "<line class=\"grid\" x1=\"{:.0f}\" x2=\"{:.0f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/><text class=\"tick\" "
      "x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
      kLeft, kWidth - kRight, y, y, kLeft - 8, y + 4, text);
}

std::string power_text(int power) {
  if (power == 0) return "1";
  if (power == 1) return "10";
  return fmt::format("10<tspan class=\"power\" dy=\"-5\">{}{}</tspan>", power < 0 ? "−" : "", std::abs(power));
}

std::string axes(const LogAxis& axis, std::size_t n) {
  std::string out;
  for (const int power : axis.ticks()) out += tick(axis.y(std::pow(10.0, power)), power_text(power));
  if (axis.has_zero()) out += tick(axis.zero_y(), "equal");
  if (axis.has_infinity()) out += tick(axis.infinity_y(), "infinite");
  for (const std::size_t i : position_ticks(n, 14))
    out += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.0f}\" text-anchor=\"middle\">{}</text>\n", x_of(i, n),
                       kBottom + 20, i + 1);
  out += fmt::format("<text class=\"axis\" x=\"{:.0f}\" y=\"12\">relative error, ‖a − b‖ / ‖a‖</text>\n", 4.0);
  return out + fmt::format(
                   "<text class=\"axis\" x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">matched values, from "
                   "inputs to outputs →</text>\n",
                   kWidth - kRight, kBottom + 38);
}

std::string points(const LogAxis& axis, const std::vector<double>& numbers) {
  std::string out;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    out += fmt::format("{}{:.1f},{:.1f}", i > 0 ? " " : "", x_of(i, numbers.size()), axis.y(numbers[i]));
  return out;
}

std::string noise_band(const LogAxis& axis, const std::vector<double>& floor) {
  const std::size_t n = floor.size();
  const std::string line = points(axis, floor);
  std::string out = fmt::format("<polygon class=\"noise\" points=\"{:.1f},{:.1f} {} {:.1f},{:.1f}\"/>\n", x_of(0, n),
                                kBottom, line, x_of(n - 1, n), kBottom);
  out += fmt::format("<polyline class=\"floor\" points=\"{}\"/>\n", line);
  double lowest = axis.y(floor[n - 1]);  // under the text, which is as wide as a fifth of the axis
  for (std::size_t i = n - n / 5 - 1; i < n; ++i) lowest = std::max(lowest, axis.y(floor[i]));
  return out +
         fmt::format(
             "<text class=\"note\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">explained by arithmetic</text>\n",
             x_of(n - 1, n), std::min(lowest + 17, kBottom - 6));
}

std::string dot(const LogAxis& axis, const Json& value, std::size_t i, std::size_t n, bool first) {
  const double error = number(value, "relative").value_or(std::numeric_limits<double>::infinity());
  return fmt::format(
      "<a href=\"#v{}\"{}><circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}. {} ({})\nrelative error "
      "{}, explained {}</title></circle></a>\n",
      i + 1, n > kMostStops && !first ? " tabindex=\"-1\"" : "", flag(value, "diverges") ? "over" : "under", x_of(i, n),
      axis.y(error),
      first     ? 6
      : n > 120 ? 2.5
                : 4,
      i + 1, escaped(value, "a"), escaped(value, "op_a"), plain(number(value, "relative")),
      plain(number(value, "floor")));
}

std::string first_flag(const Json& value, std::size_t i, std::size_t n) {
  const double x = x_of(i, n);
  const bool right_half = x > kWidth / 2;
  const std::string what = raw_text(value, "op_a") + " " + shortened(raw_text(value, "a"), 44);
  return fmt::format(
      "<line class=\"flag\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.0f}\" y2=\"{2:.0f}\"/><text class=\"flag\" "
      "x=\"{3:.1f}\" y=\"{4:.0f}\" text-anchor=\"{5}\">first divergence: {6}</text>\n",
      x, kTop - 20, kBottom, right_half ? x - 6 : x + 6, kTop - 11, right_half ? "end" : "start", for_html(what));
}

}  // namespace

std::string curve_section(const Json& diff) {
  const Json& values = list(diff, "values");
  if (values.empty()) return "";
  const std::size_t n = values.size();
  const Series s = series(values);
  const LogAxis axis = axis_of(s);
  const auto first = first_divergence(diff);
  std::string out = fmt::format(
      "<section>\n<h2>Error from the inputs to the outputs</h2>\n<p class=\"lead\">Each dot is a value that both "
      "models "
      "compute. Inside the band, rounding and quantisation explain the difference; above it they do not.</p>\n<div "
      "class=\"scroll\"><svg class=\"curve\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"group\" aria-label=\"Relative error "
      "of {} "
      "matched values\">\n",
      kWidth, kHeight, n);
  out += axes(axis, n) + noise_band(axis, s.floor) +
         fmt::format("<polyline class=\"error\" points=\"{}\"/>\n", points(axis, s.error));
  if (first) out += first_flag(values[*first], *first, n);
  for (std::size_t i = 0; i < n; ++i)
    if (n <= kMostDots || first == i) out += dot(axis, values[i], i, n, first == i);
  return out + "</svg></div>\n</section>\n";
}

}  // namespace dlas::report
