#include "base/process.h"

#include <gtest/gtest.h>

namespace dlas {
namespace {

TEST(Child, AnswersLines) {
  auto child = Child::start({"cat"});
  ASSERT_TRUE(child.ok()) << child.error().message();
  for (const char* line : {"one", "", "two words"}) {
    ASSERT_TRUE(child->write_line(line).ok());
    EXPECT_EQ(*child->read_line(10), line);
  }
}

TEST(Child, SeveralLinesAtOnceAreGivenOneByOne) {
  auto child = Child::start({"printf", "a\\nb\\n"});
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(*child->read_line(10), "a");
  EXPECT_EQ(*child->read_line(10), "b");
  EXPECT_EQ(child->read_line(10).error().message(), "expected an answer, found its end (talking to printf)");
}

TEST(Child, OneThatIsNotThereIsTold) {
  EXPECT_EQ(Child::start({"no-such-program"}).error().message(),
            "no-such-program: expected a program, found No such file or directory");
}

TEST(Child, SilenceEnds) {
  auto child = Child::start({"sleep", "60"});
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(child->read_line(0.05).error().message(),
            "expected an answer within 0.050000 s, found none (talking to sleep)");
}

TEST(Child, OneThatHasEndedTakesNoLinesAndKillsNobody) {
  auto child = Child::start({"true"});
  ASSERT_TRUE(child.ok());
  EXPECT_FALSE(child->read_line(10).ok());
  bool refused = false;  // the first line may still find room in the socket
  for (int i = 0; i < 3 && !refused; ++i) refused = !child->write_line("x").ok();
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace dlas
