// Memory that ends at a page nobody may touch, and begins behind one: code that leaves its bounds dies at once.
#pragma once

#include <cstddef>
#include <span>

namespace dlas::algorithm {

class Guarded {
 public:
  explicit Guarded(
      std::size_t floats);  // the end touches the guard when the count is a multiple of 16; filled with NaN
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded();
  float* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::span<float> all() const { return {data_, size_}; }

 private:
  void* pages_ = nullptr;
  std::size_t bytes_ = 0, size_ = 0;
  float* data_ = nullptr;
};

}  // namespace dlas::algorithm
