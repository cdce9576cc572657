// TorchScript's source -> a tree -> a walk through it as the forward method of a module -> one run on zeros.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/archive/zip.h"
#include "model/executor/zeros_testing.h"
#include "model/format/torch/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  // A module of class __torch__.m.M with an attribute n = 3, whose source is what is fuzzed.
  const std::string module(
      "\x80\x02"
      "c__torch__.m\nM\n)\x81}(X\x01\x00\x00\x00nK\x03ub.",
      32);
  const std::vector<dlas::ZipEntry> entries{{"f/data.pkl", module},
                                            {"f/constants.pkl", "\x80\x02)."},
                                            {"f/code/__torch__/m.py", {reinterpret_cast<const char*>(data), size}}};
  const std::string archive = dlas::write_zip(entries);
  const auto read = dlas::torch::read(std::as_bytes(std::span(archive.data(), archive.size())), nullptr, "fuzz.pt");
  if (read.ok()) dlas::testing::run_on_zeros(read->graph);
  return 0;
}
