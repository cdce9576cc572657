// A repair as JSON, schema dlas.repair/1: docs/repair.md.
#pragma once

#include <nlohmann/json.hpp>

#include "study/repair/repair.h"

namespace dlas::study {

nlohmann::ordered_json to_json(const Repair& repair);

}  // namespace dlas::study
