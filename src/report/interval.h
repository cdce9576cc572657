// A value with its interval as a small picture: a track, a bar for the interval, a tick for the value.
#pragma once

#include <optional>
#include <string>

namespace dlas::report {

// On an axis from `least` to `most`. "" when a number is missing or the axis is empty.
std::string interval_svg(std::optional<double> value, std::optional<double> low, std::optional<double> high,
                         double least, double most);

}  // namespace dlas::report
