// Both models of a localisation, prepared.
#pragma once

#include "study/localize/forcing/probe.h"

namespace dlas::study::localize {

// REQUIRES: fixed sizes of the inputs.  Errors: of normal_form().
Result<Models> make_models(const Graph& a, const Graph& b);

// The inputs of a file as its normal form takes them: stored integers as the numbers that they stand for.
std::vector<Tensor> real_inputs(const NormalForm& form, const std::vector<Tensor>& inputs);

// The values of all steps.
std::vector<ValueId> values_of(const Flow& flow);

}  // namespace dlas::study::localize
