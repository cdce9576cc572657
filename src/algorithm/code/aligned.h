// Memory for packed weights: aligned to cache lines; big pieces on huge pages where the system has them, since a dense layer
// streams through them once a run.
#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"

namespace dlas::algorithm {

class AlignedFloats {
 public:
  AlignedFloats() = default;
  // Zeros. Errors: Code::limit, when there is not so much memory.
  static Result<AlignedFloats> zeros(std::size_t count);

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(float); }

 private:
  struct Free {
    void operator()(float* data) const;
  };
  std::unique_ptr<float, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace dlas::algorithm
