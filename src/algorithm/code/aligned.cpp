#include "algorithm/code/aligned.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace dlas::algorithm {

Result<AlignedFloats> AlignedFloats::zeros(std::size_t count) {
  constexpr std::size_t kLine = 64, kHugePage = 2 << 20;
  const std::size_t alignment = count * sizeof(float) >= kHugePage ? kHugePage : kLine;
  const std::size_t bytes = (count * sizeof(float) + alignment - 1) / alignment * alignment;
  AlignedFloats out;
  out.data_.reset(static_cast<float*>(std::aligned_alloc(alignment, bytes == 0 ? kLine : bytes)));
  if (!out.data_) return make_error(Code::limit, fmt::format("{} bytes for packed weights", bytes), "less memory");
  // Advice only: nothing depends on its being followed.
  if (alignment == kHugePage) (void)madvise(out.data_.get(), bytes, MADV_HUGEPAGE);
  std::memset(out.data_.get(), 0, bytes);
  out.size_ = count;
  return out;
}

void AlignedFloats::Free::operator()(float* data) const { std::free(data); }

}  // namespace dlas::algorithm
