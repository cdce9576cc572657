#include "compiler/executor_spec.h"

#include <gtest/gtest.h>

namespace dlas::compiler {
namespace {

std::string refused(std::string_view text) {
  const auto spec = parse_executor(text);
  return spec.ok() ? "" : spec.error().message();
}

TEST(ExecutorSpec, PrintsAndParses) {
  for (const char* written : {"auto", "reference", "compiled", "compiled:sse41", "compiled:sse41,level=0,threads=2",
                              "compiled:level=4,-fast_math,+choose_layout(layout=NCHW,share=20)"}) {
    const auto spec = parse_executor(written);
    ASSERT_TRUE(spec.ok()) << spec.error().message();
    EXPECT_EQ(text(*spec), written);
    EXPECT_EQ(*parse_executor(text(*spec)), *spec);
  }
}

TEST(ExecutorSpec, IsOneValueForOneMeaning) {
  EXPECT_EQ(*parse_executor("compiled:threads=2,level=3"), *parse_executor("compiled:threads=2"));
  EXPECT_EQ(hash_of(*parse_executor("compiled:threads=2,level=3")), hash_of(*parse_executor("compiled:threads=2")));
  EXPECT_NE(hash_of(*parse_executor("compiled:threads=2")), hash_of(*parse_executor("compiled")));
}

TEST(ExecutorSpec, TellsWhatThereIs) {
  EXPECT_EQ(refused("compild"),
            "expected one of the executors auto, reference, compiled, compiled:SETTINGS, found 'compild' "
            "(nearest: compiled, auto, reference)");
  EXPECT_EQ(refused("compiled:level=9"), "expected level=0 to 4, found '9'");
  EXPECT_EQ(refused("compiled:level=0,level=2"), "expected each setting once, found 'level=2' as another level");
  EXPECT_EQ(refused("compiled:threads=0"), "expected threads=1 to 1024, found '0'");
  EXPECT_EQ(refused("compiled:+fast_maths"),
            "expected the name of a pass, found 'fast_maths' (nearest: fast_math, absorb_pads, fuse_operators)");
  const std::string word = refused("compiled:avx1");
  EXPECT_TRUE(word.starts_with("expected one of level=, threads=, +pass, -pass, ")) << word;
  EXPECT_NE(word.find("found 'avx1' (nearest: avx2"), std::string::npos) << word;
}

}  // namespace
}  // namespace dlas::compiler
