// Teacher forcing: each region of the target gets what the source has computed, and its own result is compared with the source's.
//
//   local error of region l:  d_l = | f_T,l(a_S) - a_S,l | / | a_S,l |
// An origin has a large d_l; where an error only passes through, d_l stays at the noise floor. What the floor is made of:
//   rounding       the region runs again with its inputs and constants moved by 2^-12 of themselves; the deviation, taken back to the
//                  2^-24 of float32, times what compiled code may round more often (Executor::roundings)
//   quantisation   constants on a grid moved at random within half a step, on the side that has them
// The sum of squares of both sides' shares, times kExplained (study/compare/noise.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "study/localize/align/aligned.h"
#include "study/localize/forcing/region.h"
#include "study/localize/normal/normal_form.h"

namespace dlas::study::localize {

// Both models in normal form; the moved ones where the file has constants on a grid.
struct Models {
  NormalForm a, b;
  Flow flow_a, flow_b;
  std::optional<NormalForm> moved_a, moved_b;
};

// Values of one graph by their ids.
using Contents = std::map<ValueId, Tensor>;

// What a normal form computes for `inputs`, of all steps of its flow or those in `wanted`.
// Errors: of execution.
Result<Contents> contents(const Executor& executor, const std::vector<Tensor>& inputs,
                          const std::vector<ValueId>& wanted);

struct Local {
  double error = 0, floor = 0;
  std::optional<Error> refused;  // the region cannot run on the source's values, or gives other sizes
  bool clean() const { return !refused && error <= floor; }
};

class Probe {
 public:
  // REQUIRES: `models` outlives the probe.
  Probe(const Models& models, Contents of_a) : models_(models), of_a_(std::move(of_a)) {}

  // All pairs in the order of the target, on the contents given. Sets how each b is read, where sizes leave that open.
  std::vector<Local> measure(std::vector<Aligned>& pairs);
  // One more image: errors only, for the pairs at `chosen`. REQUIRES: the pairs of the last measure(). NaN where a region cannot run.
  // Threads: may be called from several threads.
  std::vector<double> errors(const std::vector<Aligned>& pairs, const std::vector<std::size_t>& chosen,
                             const Contents& of_a) const;
  const Contents& of_source() const { return of_a_; }
  // The region of a pair of the last measure(); null when it could not be made.
  const Region* region(const Aligned& pair) const;
  // What the region of `pair` makes of the source's values.
  Result<Tensor> forced(const std::vector<Aligned>& pairs, const Aligned& pair, const Contents& of_a) const;

 private:
  struct Made {
    Region calm;
    std::vector<std::int64_t> asked;  // what `local` was measured for: the source's values and how they are read
    Local local;
    AxisOrder order;
  };
  Made* make(const std::vector<Aligned>& pairs, const Aligned& pair, Local& local);
  void measure_one(const std::vector<Aligned>& pairs, Aligned& pair, Made& made);
  double floor(const std::vector<Aligned>& pairs, const Aligned& pair, const Region& calm, const Tensor& result) const;

  const Models& models_;
  Contents of_a_;
  std::map<std::pair<ValueId, std::vector<ValueId>>, Made> cache_;  // by value and what its region reads
  std::map<ValueId, const Made*> current_;
};

}  // namespace dlas::study::localize
