// The closed forms against the stepper, on thousands of random legal jobs: cycles and every counter.
#include <gtest/gtest.h>

#include "hardware/accelerator/random_testing.h"

namespace dlas::accelerator {
namespace {

std::string text_of(const Result<Outcome>& outcome) {
  if (!outcome.ok()) return "error: " + outcome.error().message();
  std::string out = "cycles " + std::to_string(outcome->cycles);
  for (const CounterEntry& entry : counter_table())
    out += ", " + std::string(entry.name) + " " + std::to_string(outcome->counters.*entry.field);
  return out;
}

// How many of `count` random jobs ran to their end.
int compare(RandomJob (*make)(std::mt19937_64&), int count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  int ran = 0;
  for (int i = 0; i < count; ++i) {
    const RandomJob one = make(random);
    const auto computed = simulate(one.configuration, one.job, Engine::computed);
    const auto stepped = simulate(one.configuration, one.job, Engine::stepped);
    ran += stepped.ok();
    EXPECT_EQ(text_of(computed), text_of(stepped)) << one.text;
    if (testing::Test::HasFailure()) break;
  }
  return ran;
}

TEST(Engines, AgreeOnMaeri) { EXPECT_GT(compare(random_maeri, 3000, 1), 2000); }
TEST(Engines, AgreeOnSigma) { EXPECT_GT(compare(random_sigma, 600, 2), 500); }
TEST(Engines, AgreeOnTheMesh) { EXPECT_GT(compare(random_mesh, 600, 3), 500); }
TEST(Engines, AgreeOnMagma) { EXPECT_GT(compare(random_magma, 300, 4), 200); }

}  // namespace
}  // namespace dlas::accelerator
