// The rules, each in the file of its name.
#pragma once

#include "study/localize/rule/rule.h"

namespace dlas::study::localize {

// begin sorted
std::vector<Proposal> attributes(const Case& c);     // the node's attributes
std::vector<Proposal> constants(const Case& c);      // its weights, bias and other constants
std::vector<Proposal> epsilon(const Case& c);        // of a batch normalisation, also a folded one
std::vector<Proposal> extra_or_lost(const Case& c);  // an operator behind it
std::vector<Proposal> operators(const Case& c);      // another operator in its place
std::vector<Proposal> residual(const Case& c);       // what the difference looks like, where nothing mends it
std::vector<Proposal> transposed(const Case& c);     // Transposes and the order of a flattened picture
std::vector<Proposal> wiring(const Case& c);         // it reads another value
// end sorted

}  // namespace dlas::study::localize
