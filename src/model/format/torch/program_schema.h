// The JSON of an exported program: types of its tensors, arguments of its nodes.   torch/_export/serde/schema.py, 7.3 to 8.20
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "model/format/torch/datum.h"
#include "model/format/torch/stored_tensor.h"

namespace dlas::torch {

// Sizes that are expressions become unknown; a lone symbol keeps its name.
Result<Type> type_of_meta(const nlohmann::json& meta);
// Errors: unsupported for sizes that are no numbers.
Result<Layout> layout_of_meta(const nlohmann::json& meta);

// Names of the program and what they stand for.
using Names = std::map<std::string, Datum, std::less<>>;

// An argument such as {"as_tensor": {"name": "relu"}}.
// Errors: format for names that nothing defines; unsupported for kinds that no model needs.
Result<Datum> argument(const nlohmann::json& arg, const Names& names);

// Names that an output of a node defines: of {"as_tensors": [...]} several.
struct Output {
  std::string name;
  enum class Kind { tensor, size, nothing } kind = Kind::nothing;
};
Result<std::vector<Output>> outputs_of(const nlohmann::json& node);

}  // namespace dlas::torch
