// What is read from an ONNX file and written into another gives the same answers: every node case of ONNX's own backend tests,
// through the newest opset, and through the one that is usual.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "model/format/onnx/adapt.h"
#include "model/format/onnx/opset.h"
#include "study/convert/convert.h"
#include "support/onnx_backend.h"

namespace dlas {
namespace {

using testing::OnnxCase;
using testing::Verdict;

// Written and read again.
testing::Rewrite through(std::int64_t opset) {
  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("dlas_writer_{}_{}.onnx", opset, ::getpid())).string();
  return [path, opset](Model model) -> Result<Model> {
    DLAS_ASSIGN(const study::Converted converted, study::convert(model.graph, path, {opset, true}));
    DLAS_TRY(write_file(path, converted.bytes));
    auto again = load(path);
    std::remove(path.c_str());
    return again;
  };
}

class OnnxWriter : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = testing::onnx_case_folder();
    if (!folder.ok()) GTEST_SKIP() << folder.error().message();
    folder_ = *folder;
    auto read = testing::read_onnx_cases(folder_);
    ASSERT_TRUE(read.ok()) << read.error().message();
    cases_ = *std::move(read);
  }

  // How many cases are right through the opset; one that is right as it stands must be so here, or be refused.
  std::size_t right(std::int64_t opset) {
    std::size_t passed = 0;
    for (const OnnxCase& c : cases_) {
      if (testing::judge(c, folder_).verdict != Verdict::passed) continue;
      const auto outcome = testing::judge(c, folder_, through(opset));
      passed += outcome.verdict == Verdict::passed;
      if (outcome.verdict == Verdict::wrong) ADD_FAILURE() << c.name << ": " << outcome.why;
      if (outcome.verdict == Verdict::refused && opset == onnx::kNewestOpset)
        ADD_FAILURE() << c.name << ": the newest opset has every operator, yet: " << outcome.why;
      if (outcome.verdict == Verdict::refused) refusals_.push_back(c.name + ": " + outcome.why);
    }
    return passed;
  }

  std::string folder_;
  std::vector<OnnxCase> cases_;
  std::vector<std::string> refusals_;
};

TEST_F(OnnxWriter, EveryCaseKeepsItsAnswerThroughTheNewestOpset) { EXPECT_GE(right(onnx::kNewestOpset), 1500U); }

TEST_F(OnnxWriter, EveryCaseKeepsItsAnswerOrIsRefusedByTheUsualOpset) {
  EXPECT_GE(right(onnx::kUsualOpset), 1000U);
  for (const std::string& text : refusals_)
    EXPECT_NE(text.find("operators of ONNX opset 17"), std::string::npos) << text;
}

}  // namespace
}  // namespace dlas
