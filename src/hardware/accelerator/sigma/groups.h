// How SIGMA's controller packs sparse stationary vectors into multipliers: one group after the other.
//
// A vector that fits becomes a virtual neuron of as many multipliers as it has non-zeros. The last one that does not fit waits for the next
// group, unless it is the only one: then it is folded, and each further fold gives its first multiplier to the partial sum.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hardware/accelerator/fabric/fabric.h"
#include "hardware/accelerator/problem.h"

namespace dlas::accelerator::sigma {

struct Group {
  std::vector<Neuron> neurons;
  std::int64_t first = 0;         // first stationary vector
  std::int64_t from = 0, to = 0;  // indices along k that are streamed
  std::int64_t mapped = 0;        // non-zeros held
  bool continued = false;         // a further fold: takes partial sums back in
  struct Place {
    std::int64_t index;  // along k
    std::int32_t lane;
  };
  std::vector<Place> places;  // by neuron, then by index

  Setting setting() const;
  Wave weights(const Configuration& configuration) const;
  Wave inputs(const Configuration& configuration) const;
};

// Walks over the groups of a stationary matrix. REQUIRES: the matrix outlives it and every row has a non-zero.
class Groups {
 public:
  Groups(const Bitmap& stationary, std::int64_t multipliers) : bits_(stationary), multipliers_(multipliers) {}
  std::optional<Group> next();

 private:
  void take_whole(Group& group);
  void take_fold(Group& group);
  void map(Group& group, std::int64_t index) const;
  bool empty_from(std::int64_t row, std::int64_t index) const;

  const Bitmap& bits_;
  std::int64_t multipliers_, row_ = 0, index_ = 0;
};

// Errors: usage for operands of different lengths, an empty stationary row, absurd sizes.
Status validate(const SparseProduct& operands);

// Non-zeros of the streamed operand at each index along k: `reads` of a group are their sum over its range.
std::vector<std::int64_t> streamed_by_index(const Bitmap& streamed);

}  // namespace dlas::accelerator::sigma
