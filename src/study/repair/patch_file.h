// A repair as a file: what it changes, how it is taken back, and which file it is meant for. Schema dlas.patch/1: docs/repair.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "study/repair/edit.h"

namespace dlas::study {

struct PatchFile {
  std::string file;                 // name of the file that was repaired, for people
  std::string format;               // "ONNX", ...
  Hash content;                     // of the file before
  std::optional<Hash> result = {};  // of the file after, as far as it was written
  std::vector<Edit> edits, inverse;
};

// Also has each edit as a line of text, which is not read back.
std::string to_json(const PatchFile& patch);
// Errors: format with the field; limit.
Result<PatchFile> parse_patch(std::string_view json);
// Errors: also of reading the file.
Result<PatchFile> read_patch(std::string_view path);

}  // namespace dlas::study
