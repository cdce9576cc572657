// The errors of a comparison for Google's Model Explorer, which colours the nodes of a model with them.
//
// Format: the node data of one graph in ai-edge-model-explorer, node_data_builder.py of 2025: "results" holds by the name of a
// tensor a "value" and the colours of the node that makes it.
#pragma once

#include <nlohmann/json.hpp>

namespace dlas::report {

// The relative errors under the tensors' names in A and in B, so that one file serves both models. Where both have a name for
// different values, the larger error stands. An error that is not finite becomes the largest number that JSON can hold.
// REQUIRES: `diff` came from study::parse_diff.
nlohmann::ordered_json overlay(const nlohmann::json& diff);

}  // namespace dlas::report
