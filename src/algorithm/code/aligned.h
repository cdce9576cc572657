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
  // Big pieces are pages of their own, which the system gives filled with zeros.
  struct Free {
    void* pages;  // or null: from the heap
    std::size_t bytes;
    void operator()(float* data) const;
  };
  std::unique_ptr<float, Free> data_{nullptr, Free{nullptr, 0}};
  std::size_t size_ = 0;
};

}  // namespace dlas::algorithm
