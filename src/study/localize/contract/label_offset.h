// One model has a class more than the other: "background" before all others, or a last one.
#pragma once

#include <optional>

#include "study/localize/finding.h"
#include "study/localize/forcing/probe.h"

namespace dlas::study::localize {

// When the first outputs' classes differ by one and the rows of the last linear operators say which class it is.
std::optional<Finding> label_offset(const Models& models);

}  // namespace dlas::study::localize
