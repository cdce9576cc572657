#include "study/localize/rule/list.h"

namespace dlas::study::localize {

// What is stated shortest comes first: of two changes that mend a region the first is told.
std::vector<Rule> all_rules() {
  return {attributes, operators, extra_or_lost, wiring, transposed, epsilon, constants, residual};
}

}  // namespace dlas::study::localize
