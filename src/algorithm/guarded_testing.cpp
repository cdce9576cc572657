#include "algorithm/guarded_testing.h"

#include <sys/mman.h>

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace dlas::algorithm {

Guarded::Guarded(std::size_t floats) : size_(floats) {
  constexpr std::size_t kPage = 4096, kLine = 64;
  const std::size_t used = (floats * sizeof(float) + kLine - 1) / kLine * kLine;
  const std::size_t inner = (used + kPage - 1) / kPage * kPage;
  bytes_ = inner + 2 * kPage;
  pages_ = mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  check(pages_ != MAP_FAILED, "memory for a test");
  std::byte* begin = static_cast<std::byte*>(pages_) + kPage;
  check(inner == 0 || mprotect(begin, inner, PROT_READ | PROT_WRITE) == 0, "memory for a test is opened");
  data_ = reinterpret_cast<float*>(begin + inner - used);
  std::fill_n(data_, floats, std::numeric_limits<float>::quiet_NaN());
}

Guarded::~Guarded() { munmap(pages_, bytes_); }

}  // namespace dlas::algorithm
