#pragma once

#include <nlohmann/json.hpp>

#include "study/compare/wiring.h"

namespace dlas::study {

// {"boxes": [{"name", "op", "reads": [0, ...], "makes": [{"name", "type"}]}], "outputs": ["name", ...]}
nlohmann::ordered_json to_json(const Wiring& wiring);

}  // namespace dlas::study
