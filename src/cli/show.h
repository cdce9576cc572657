// An outline for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/format/format.h"
#include "model/format/tflite/metadata.h"
#include "study/outline/outline.h"

namespace dlas::cli {

struct Shown {
  const Model& model;
  const study::Outline& outline;
  const std::optional<tflite::Metadata>& pictures;
  bool nodes = false;                       // list them
  std::vector<study::WeightRange> weights;  // empty unless asked for
};

std::string show_text(const Shown& shown);
nlohmann::ordered_json show_json(const Shown& shown);  // schema dlas.show/1

std::string_view severity(Severity severity);
// "f32 [1,28,28,1]" and what its quantisation is.
std::string dimensions(const Type& type);

}  // namespace dlas::cli
