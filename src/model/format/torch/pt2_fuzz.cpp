// The JSON of an exported program, beside no weights -> graph -> one run on zeros.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/archive/zip.h"
#include "model/executor/zeros_testing.h"
#include "model/format/torch/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  const std::vector<dlas::ZipEntry> entries{{"f/archive_format", "pt2"},
                                            {"f/models/model.json", {reinterpret_cast<const char*>(data), size}}};
  const std::string archive = dlas::write_zip(entries);
  const auto read = dlas::torch::read(std::as_bytes(std::span(archive.data(), archive.size())), nullptr, "fuzz.pt2");
  if (read.ok()) dlas::testing::run_on_zeros(read->graph);
  return 0;
}
