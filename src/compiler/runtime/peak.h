// What a core can compute at most, measured: multiply-adds on registers alone.
#pragma once

#include "compiler/executor_spec.h"

namespace dlas::compiler {

// Float32 operations a second of one core with the instructions of the specification's target: the best of some short trials.
double peak_flops(const ExecutorSpec& spec);

}  // namespace dlas::compiler
