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

constexpr std::size_t kPasses = 1572;  // raised with the operators, never lowered

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

// "Abs 12/12, Acos 2/2, ...", in lines of at most 120 characters.
std::string wrapped(const std::vector<std::string>& parts) {
  std::string out, line = " ";
  for (const std::string& part : parts) {
    if (line.size() + part.size() + 2 > 120) {
      out += line + "\n";
      line = " ";
    }
    line += " " + part + (&part == &parts.back() ? "" : ",");
  }
  return out + line + "\n";
}

std::string summary(const std::vector<OnnxOutcome>& outcomes) {
  std::map<Verdict, std::size_t> number;
  std::map<std::string, std::size_t> reasons;
  std::map<std::string, std::pair<std::size_t, std::size_t>> operators;  // passed, all
  for (const OnnxOutcome& o : outcomes) {
    ++number[o.verdict];
    for (const std::string& name : o.subject->operators) {
      operators[name].first += o.verdict == Verdict::passed;
      ++operators[name].second;
    }
    if (o.verdict == Verdict::refused)
      for (const std::string& name : testing::excuses(*o.subject)) ++reasons[name];
  }
  std::string text = fmt::format("ONNX backend node cases: {} passed, {} refused, {} wrong\n", number[Verdict::passed],
                                 number[Verdict::refused], number[Verdict::wrong]);
  std::vector<std::string> passed, refused;
  for (const auto& [name, cases] : operators)
    if (cases.first > 0) passed.push_back(fmt::format("{} {}/{}", name, cases.first, cases.second));
  for (const auto& [name, cases] : reasons) refused.push_back(fmt::format("{} {}", name, cases));
  return text + "cases passed by operator:\n" + wrapped(passed) + "cases refused for:\n" + wrapped(refused);
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
