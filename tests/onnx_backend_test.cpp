// Every node case of ONNX's own backend tests: right, or refused for a reason that is named; never silently wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "support/onnx_backend.h"
#include "support/operators_page.h"
#include "support/page.h"

namespace dlas {
namespace {

using testing::OnnxCase;
using testing::OnnxOutcome;
using testing::Verdict;

constexpr std::size_t kPasses = 1500;  // raised with the operators, never lowered

class OnnxBackend : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = testing::onnx_case_folder();
    if (!folder.ok()) GTEST_SKIP() << folder.error().message();
    auto read = testing::read_onnx_cases(*folder);
    ASSERT_TRUE(read.ok()) << read.error().message();
    cases_ = *std::move(read);
    ASSERT_GT(cases_.size(), 1800U);
    for (const OnnxCase& c : cases_) outcomes_.push_back(testing::judge(c, *folder));
    std::ofstream file(*folder + "/outcomes.txt");  // for whoever looks into a case
    for (const OnnxOutcome& o : outcomes_) file << fmt::format("{}\t{}\t{}\n", text(o.verdict), o.subject->name, o.why);
  }

  std::vector<OnnxCase> cases_;
  std::vector<OnnxOutcome> outcomes_;
};

std::string summary(const std::vector<OnnxOutcome>& outcomes) {
  std::map<Verdict, std::size_t> number;
  std::map<std::string, std::size_t> reasons;
  for (const OnnxOutcome& o : outcomes) {
    ++number[o.verdict];
    if (o.verdict == Verdict::refused)
      for (const std::string& name : testing::excuses(*o.subject)) ++reasons[name];
  }
  std::string text = fmt::format("ONNX backend node cases: {} passed, {} refused, {} wrong\n", number[Verdict::passed],
                                 number[Verdict::refused], number[Verdict::wrong]);
  text += "  refused for (cases):";
  for (const auto& [name, cases] : reasons) text += fmt::format(" {} ({})", name, cases);
  return text + "\n  by operator: docs/operators.md\n";
}

TEST_F(OnnxBackend, EveryCasePassesOrIsRefusedForANamedReason) {
  std::size_t passes = 0;
  for (const OnnxOutcome& o : outcomes_) {
    passes += o.verdict == Verdict::passed;
    if (o.verdict == Verdict::wrong) ADD_FAILURE() << o.subject->name << ": wrong: " << o.why;
    if (o.verdict == Verdict::refused && testing::excuses(*o.subject).empty())
      ADD_FAILURE() << o.subject->name << ": refused although its operators are in the table: " << o.why;
  }
  std::ofstream(std::string(DLAS_SUMMARY_DIR) + "/onnx.txt") << summary(outcomes_);
  EXPECT_GE(passes, kPasses);
}

TEST_F(OnnxBackend, TheOperatorPageIsUpToDate) {
  testing::expect_page("operators.md", testing::operators_page(outcomes_));
}

}  // namespace
}  // namespace dlas
