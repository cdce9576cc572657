#include "support/onnx_backend.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/executor/reference.h"
#include "model/format/format.h"
#include "model/format/onnx/operators.h"
#include "model/format/onnx/tensor.h"

namespace dlas::testing {
namespace {

std::vector<std::string> parts(const std::string& line, char separator) {
  std::vector<std::string> out;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, separator);) out.push_back(part);
  return out;
}

// Two units in the last place where the type has fewer digits than the tolerance asks for: ONNX's own runner does so
// for bfloat16, and its float16 cases of composed operators round in between as well.
double relative(const OnnxCase& subject, DType dtype) {
  if (dtype == DType::bf16) return std::max(subject.relative, 0x1p-6);
  if (dtype == DType::f16) return std::max(subject.relative, 0x1p-9);
  return subject.relative;
}

struct Exception {
  std::string_view subject, reason;
};

// The random numbers of a training Dropout are those of NumPy's generator, which ONNX does not specify.
constexpr std::string_view kRandom = "Dropout that trains, at random";
constexpr std::string_view kInput = "If whose condition depends on inputs";
constexpr auto kExceptions = std::to_array<Exception>({
    {"test_affine_grid_3d_align_corners_expanded", kInput},
    {"test_if", kInput},
    {"test_training_dropout", kRandom},
    {"test_training_dropout_default", kRandom},
    {"test_training_dropout_default_mask", kRandom},
    {"test_training_dropout_mask", kRandom},
});

bool close(double found, double expected, double relative, double absolute) {
  if (std::isnan(expected) || std::isnan(found)) return std::isnan(expected) && std::isnan(found);
  if (std::isinf(expected) || std::isinf(found)) return found == expected;
  return std::abs(found - expected) <= absolute + relative * std::abs(expected);
}

// What differs, or nothing.
std::string difference(const Tensor& found, const Tensor& expected, const OnnxCase& subject) {
  if (found.dtype() != expected.dtype() || found.shape() != expected.shape())
    return fmt::format("expected {}, found {}", text(expected), text(found));
  const bool real = is_float(expected.dtype());
  const double tolerance = relative(subject, expected.dtype());
  for (std::int64_t i = 0; i < expected.count(); ++i) {
    const bool same = real ? close(found.number(i), expected.number(i), tolerance, subject.absolute)
                           : found.integer(i) == expected.integer(i);
    if (!same) return fmt::format("element {}: expected {}, found {}", i, expected.number(i), found.number(i));
  }
  return "";
}

Result<std::vector<Tensor>> tensors(const std::string& folder, std::string_view kind, std::size_t number) {
  std::vector<Tensor> out;
  for (std::size_t i = 0; i < number; ++i) {
    DLAS_ASSIGN(auto named, onnx::read_tensor_file(fmt::format("{}/{}_{}.pb", folder, kind, i)));
    out.push_back(std::move(named.tensor));
  }
  return out;
}

Result<std::vector<Tensor>> answer(const OnnxCase& subject, const std::string& folder, const Rewrite& rewrite) {
  DLAS_ASSIGN(Model model, load(folder + "/model.onnx"));
  if (rewrite) {
    DLAS_ASSIGN(model, rewrite(std::move(model)));
  }
  DLAS_ASSIGN(const auto executor, make_reference(model.graph));
  DLAS_ASSIGN(const auto inputs, tensors(folder, "input", subject.inputs));
  DLAS_ASSIGN(auto result, executor->run(inputs, {}));
  return std::move(result.outputs);
}

}  // namespace

std::string_view text(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames = {"passed", "refused", "wrong"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Result<std::string> onnx_case_folder() {
  const std::string python = std::string(DLAS_SOURCE_DIR) + "/.venv/bin/python";
  if (!std::filesystem::exists(python))
    return make_error(Code::not_found, "Python with the package onnx in " + python, "none; scripts/bootstrap makes it");
  const std::string folder = std::string(DLAS_SUMMARY_DIR) + "/../onnx-cases";
  const std::string command =
      fmt::format("'{}' -B '{}/tests/make_onnx_cases.py' '{}'", python, DLAS_SOURCE_DIR, folder);
  if (std::system(command.c_str()) != 0) return make_error(Code::io, "the cases of ONNX", "an error of: " + command);
  return folder;
}

Result<std::vector<OnnxCase>> read_onnx_cases(const std::string& folder) {
  std::ifstream file(folder + "/cases.txt");
  std::vector<OnnxCase> cases;
  for (std::string line; std::getline(file, line);) {
    const auto columns = parts(line, '\t');
    if (columns.size() != 7) return make_error(Code::format, "seven columns", line).in(folder + "/cases.txt");
    OnnxCase c{columns[0],
               std::stod(columns[1]),
               std::stod(columns[2]),
               std::stoul(columns[3]),
               std::stoul(columns[4]),
               parts(columns[5], ','),
               {}};
    if (columns[6] != "-") c.strange = parts(columns[6], ',');
    cases.push_back(std::move(c));
  }
  return cases;
}

OnnxOutcome judge(const OnnxCase& subject, const std::string& cases, const Rewrite& rewrite) {
  const std::string folder = cases + "/" + subject.name;
  OnnxOutcome outcome{&subject, Verdict::refused, ""};
  const auto found = answer(subject, folder, rewrite);
  if (!found.ok()) {
    outcome.why = found.error().message();
    return outcome;
  }
  outcome.verdict = Verdict::wrong;
  const auto expected = tensors(folder, "output", subject.outputs);
  if (!expected.ok()) {
    outcome.why = expected.error().message();
    return outcome;
  }
  if (found->size() != expected->size()) {
    outcome.why = fmt::format("expected {} outputs, found {}", expected->size(), found->size());
    return outcome;
  }
  for (std::size_t i = 0; i < found->size() && outcome.why.empty(); ++i)
    if (auto text = difference((*found)[i], (*expected)[i], subject); !text.empty())
      outcome.why = fmt::format("output {}: {}", i, text);
  if (outcome.why.empty()) outcome.verdict = Verdict::passed;
  return outcome;
}

std::vector<std::string> excuses(const OnnxCase& subject) {
  std::vector<std::string> out = subject.strange;
  for (const std::string& name : subject.operators)
    if (!onnx::reads_operator(name)) out.push_back(name);
  for (const Exception& e : kExceptions)
    if (e.subject == subject.name) out.emplace_back(e.reason);
  return out;
}

}  // namespace dlas::testing
