// What the contract of both models says, and the findings that follow from it.
#pragma once

#include "study/localize/contract/contract.h"
#include "study/localize/contract/input_check.h"
#include "study/localize/finding.h"

namespace dlas::study::localize {

void describe_contract(const Models& models, Contract& contract);

// Other numbers of outputs, answers of another kind (logits or probabilities).
std::vector<Finding> output_findings(const Models& models, const Matching& matching);

// The target does not get the input that it needs. REQUIRES: !check.fits().
Finding input_finding(const Models& models, const InputCheck& check);

}  // namespace dlas::study::localize
