#include "base/file_hash.h"

#include <sys/mman.h>
#include <xxhash.h>

#include <algorithm>

namespace dlas {
namespace {

constexpr std::size_t kStep = std::size_t{1} << 23;  // a multiple of every page size

}  // namespace

Hash hash_of_file(const File& file) {
  const auto bytes = file.bytes();
  XXH3_state_t* state = XXH3_createState();
  if (state == nullptr) return hash_of(bytes);
  XXH3_128bits_reset(state);
  for (std::size_t at = 0; at < bytes.size(); at += kStep) {
    const auto part = bytes.subspan(at, std::min(kStep, bytes.size() - at));
    XXH3_128bits_update(state, part.data(), part.size());
    // The mapping is read-only and of a file: a page that is needed again comes back. What the call returns does not matter.
    if (part.size() == kStep) madvise(const_cast<std::byte*>(part.data()), part.size(), MADV_DONTNEED);
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state);
  XXH3_freeState(state);
  return {hash.high64, hash.low64};
}

}  // namespace dlas
