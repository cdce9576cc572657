// The node cases of ONNX's own backend tests, as tests/make_onnx_cases.py writes them: read, run, judged.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/format/format.h"

namespace dlas::testing {

struct OnnxCase {
  std::string name;
  double relative = 0, absolute = 0;  // the case's own tolerance
  std::size_t inputs = 0, outputs = 0;
  std::vector<std::string> operators;  // of all its graphs and functions; with the domain unless it is the standard one
  std::vector<std::string> strange;    // types that dlas does not compute with
};

enum class Verdict { passed, refused, wrong };
std::string_view text(Verdict verdict);

struct OnnxOutcome {
  const OnnxCase* subject = nullptr;
  Verdict verdict = Verdict::wrong;
  std::string why;  // of a refusal: the error; of a wrong answer: what differs
};

// Makes the cases with the tree's Python when they are not there yet, below the build folder.
// Errors: not_found without .venv; io when the script ends in an error.
Result<std::string> onnx_case_folder();
Result<std::vector<OnnxCase>> read_onnx_cases(const std::string& folder);

// Through load() and the reference executor. Right is: same element types and shapes; whole numbers and bools equal;
// floats within absolute + relative * |expected|, NaN where NaN is expected.
// With `rewrite` what it makes of the model is run; its errors count as refusals.
using Rewrite = std::function<Result<Model>(Model)>;
OnnxOutcome judge(const OnnxCase& subject, const std::string& folder, const Rewrite& rewrite = {});

// What may be refused: a case with types that dlas does not compute with, with an operator outside the table, or one of
// the few that no answer could be right for (onnx_backend.cpp lists them). Names those; empty when the case must pass.
std::vector<std::string> excuses(const OnnxCase& subject);

}  // namespace dlas::testing
