// The error curve: relative error of each aligned value and its noise floor, on a logarithmic axis, drawn as SVG.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/field.h"
#include "report/page.h"

namespace dlas::report {
namespace {

constexpr double kWidth = 900, kHeight = 260, kLeft = 60, kRight = 15, kTop = 12, kBottom = 30;
constexpr double kLowest = -9, kHighest = 2;  // powers of ten

double x_of(std::size_t i, std::size_t n) {
  const double share = n > 1 ? static_cast<double>(i) / static_cast<double>(n - 1) : 0.5;
  return kLeft + share * (kWidth - kLeft - kRight);
}

double y_of(double error) {
  const double power = error > 0 ? std::clamp(std::log10(error), kLowest, kHighest) : kLowest;
  return kTop + (kHighest - power) / (kHighest - kLowest) * (kHeight - kTop - kBottom);
}

std::string line(const nlohmann::json& values, const char* key, const char* style) {
  std::string points;
  for (std::size_t i = 0; i < values.size(); ++i)
    points += fmt::format("{:.1f},{:.1f} ", x_of(i, values.size()), y_of(number(values[i], key).value_or(1e9)));
  return fmt::format("<polyline class=\"{}\" points=\"{}\"/>\n", style, points);
}

std::string grid() {
  std::string out;
  for (int power = -9; power <= 2; power += 2) {
    const double y = y_of(std::pow(10.0, power));
    out += fmt::format("<line class=\"grid\" x1=\"{0:.0f}\" x2=\"{1:.0f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>", kLeft,
                       kWidth - kRight, y);
    out += fmt::format("<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">1e{}</text>\n", kLeft - 6, y + 4, power);
  }
  return out;
}

std::string dots(const nlohmann::json& values) {
  std::string out;
  bool first = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const nlohmann::json& value = values[i];
    const bool diverges = flag(value, "diverges");
    out += fmt::format(
        "<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}: {} (floor {})</title></circle>\n",
        diverges ? "bad" : "good", x_of(i, values.size()), y_of(number(value, "relative").value_or(1e9)),
        diverges && first ? 7 : 3, escaped(value, "a"), shown(number(value, "relative")),
        shown(number(value, "floor")));
    if (diverges) first = false;
  }
  return out;
}

}  // namespace

std::string curve(const nlohmann::json& diff) {
  const nlohmann::json& values = field(diff, "values");
  if (!values.is_array() || values.empty()) return "";
  return fmt::format(
             "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"relative error of each aligned value\">\n",
             kWidth, kHeight) +
         grid() + line(values, "floor", "floor") + line(values, "relative", "error") + dots(values) +
         fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">from the inputs to the outputs &#8594;</text>\n</svg>\n", kLeft,
                     kHeight - 8);
}

}  // namespace dlas::report
