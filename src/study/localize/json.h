// A localisation as JSON of schema dlas.localize/1; docs/localize-json.md says what the fields mean.
#pragma once

#include <nlohmann/json.hpp>

#include "study/localize/localize.h"

namespace dlas::study {

inline constexpr const char* kLocalizeSchema = "dlas.localize/1";

nlohmann::ordered_json to_json(const Localization& result);

}  // namespace dlas::study
