// Random legal jobs for tests: small enough for the stepper.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "hardware/accelerator/accelerator.h"

namespace dlas::accelerator {

struct RandomJob {
  Configuration configuration;
  Job job;
  std::string text;  // to run it alone
};

RandomJob random_maeri(std::mt19937_64& random);
RandomJob random_sigma(std::mt19937_64& random);
RandomJob random_mesh(std::mt19937_64& random);
RandomJob random_magma(std::mt19937_64& random);

}  // namespace dlas::accelerator
