#include "algorithm/code/aligned.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace dlas::algorithm {
namespace {

constexpr std::size_t kLine = 64, kHugePage = 2 << 20;

Error no_memory(std::size_t bytes) {
  return make_error(Code::limit, fmt::format("{} bytes for packed weights", bytes), "less memory");
}

}  // namespace

Result<AlignedFloats> AlignedFloats::zeros(std::size_t count) {
  AlignedFloats out;
  out.size_ = count;
  if (count > SIZE_MAX / 8) return no_memory(SIZE_MAX);
  const std::size_t bytes = (count * sizeof(float) + kLine - 1) / kLine * kLine;
  if (bytes < kHugePage) {
    auto* data = static_cast<float*>(std::aligned_alloc(kLine, bytes == 0 ? kLine : bytes));
    if (!data) return no_memory(bytes);
    std::memset(data, 0, bytes);
    out.data_.reset(data);
    return out;
  }
  const std::size_t room = bytes + kHugePage;
  void* pages = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return no_memory(bytes);
  const std::size_t skip = (kHugePage - reinterpret_cast<std::uintptr_t>(pages) % kHugePage) % kHugePage;
  auto* data = static_cast<std::byte*>(pages) + skip;
  (void)madvise(data, bytes, MADV_HUGEPAGE);  // advice only: nothing depends on its being followed
  out.data_ = {reinterpret_cast<float*>(data), Free{pages, room}};
  return out;
}

void AlignedFloats::Free::operator()(float* data) const {
  if (pages) munmap(pages, bytes);
  else std::free(data);
}

}  // namespace dlas::algorithm
