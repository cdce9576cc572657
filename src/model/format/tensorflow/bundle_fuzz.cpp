// variables.index: with its checksums, which hardly any change of a byte survives, and without.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "model/format/tensorflow/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto checked = dlas::tensorflow::read_bundle_index(bytes);
  const auto index = dlas::tensorflow::read_bundle_index(bytes, false);
  dlas::check(index.ok() || !checked.ok(), "what passes with checksums passes without");
  return 0;
}
