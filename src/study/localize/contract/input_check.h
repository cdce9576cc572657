// Does the target get the input that it needs?
#pragma once

#include "study/localize/contract/input_map.h"
#include "study/localize/forcing/settle.h"

namespace dlas::study::localize {

struct InputCheck {
  std::optional<InputMap> map;  // from the source's input to what the target needs; nothing: the same numbers
  double first_error = 0;       // of the first regions on the input that the target needs
  double gap = 0;               // relative distance of what it gets from what it needs
  double allowed = 0;           // what rounding and the quantisation of the input explain of the gap
  bool fits() const { return gap <= allowed; }
};

// For models of one input. `settled` has the first regions on the source's input; `given` is what the target gets, in real numbers.
std::optional<InputCheck> check_input(const Models& models, const Probe& probe, const Settled& settled,
                                      const Tensor& given);

}  // namespace dlas::study::localize
