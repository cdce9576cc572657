// Pipelines: levels, single passes by name, printing and parsing, what is refused.
#include "compiler/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "compiler/pass/list.h"

namespace dlas::compiler {
namespace {

std::string changed(int level, const std::vector<std::string>& changes) {
  const auto pipeline = switched(pipeline_of(level), changes);
  return pipeline.ok() ? text(*pipeline) : pipeline.error().message();
}

bool holds(const Pipeline& pipeline, const Step& step) {
  return std::ranges::find(pipeline.steps, step) != pipeline.steps.end();
}

TEST(Passes, AreTheFilesOfTheirFolder) {
  std::set<std::string> files, passes;
  for (const auto& entry : std::filesystem::directory_iterator(DLAS_SOURCE_DIR "/src/compiler/pass")) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() == ".cpp" && !stem.ends_with("_test") && stem != "list") files.insert(stem);
  }
  for (const Pass* pass : all_passes()) passes.emplace(pass->name);
  EXPECT_EQ(files, passes);
  EXPECT_TRUE(std::ranges::is_sorted(all_passes(), {}, &Pass::name));
}

TEST(Passes, HaveALevelAndASummary) {
  for (const Pass* pass : all_passes()) {
    EXPECT_LE(level_of(*pass), kHighestLevel) << pass->name;
    EXPECT_FALSE(pass->summary.empty()) << pass->name;
  }
}

TEST(Pipeline, OfLevelsHoldsWhatTheStudySays) {
  EXPECT_EQ(text(pipeline_of(0)), "simplify_inference");
  EXPECT_EQ(text(pipeline_of(1)), "simplify_inference fuse_operators(longest=16)");
  EXPECT_EQ(text(pipeline_of(2)),
            "remove_dead_code fold_constants(bytes=1073741824) simplify_inference fold_constants(bytes=1073741824) "
            "fuse_operators(longest=16)");
  EXPECT_EQ(text(pipeline_of(3)).find("fast_math"), std::string::npos);
  EXPECT_NE(text(pipeline_of(4)).find("fast_math"), std::string::npos);
}

TEST(Pipeline, GrowsWithTheLevel) {
  for (int level = 0; level < kHighestLevel; ++level)
    for (const Step& step : pipeline_of(level).steps)
      EXPECT_TRUE(holds(pipeline_of(level + 1), step)) << step.pass->name;
}

TEST(Pipeline, SwitchesSinglePasses) {
  EXPECT_EQ(changed(1, {"-fuse_operators"}), "simplify_inference");
  EXPECT_EQ(changed(0, {"+fast_math"}), "simplify_inference fast_math");
  EXPECT_EQ(changed(0, {"+choose_layout(layout=NCHW,share=10)"}),
            "simplify_inference choose_layout(layout=NCHW,share=10)");
  EXPECT_EQ(changed(0, {"+fold_constants"}),
            "fold_constants(bytes=1073741824) simplify_inference fold_constants(bytes=1073741824)");
  EXPECT_EQ(changed(1, {"+fuse_operators(longest=2)"}), "simplify_inference fuse_operators(longest=2)");
}

TEST(Pipeline, RefusesWhatHasNoMeaning) {
  EXPECT_EQ(changed(3, {"-fold_constant"}),
            "expected the name of a pass, found 'fold_constant' (nearest: fold_constants, fold_scale_axis, fast_math)");
  EXPECT_EQ(changed(0, {"-fuse_operators"}),
            "expected a change of the pipeline, found '-fuse_operators', which is not in it");
  EXPECT_EQ(changed(1, {"+fuse_operators"}),
            "expected a change of the pipeline, found '+fuse_operators', which is in it already");
  EXPECT_EQ(changed(1, {"fuse_operators"}), "expected +pass or -pass, found 'fuse_operators'");
  EXPECT_EQ(changed(3, {"+choose_layout(layout=NCWH)"}),
            "parameter 'layout' of choose_layout: expected one of NCHW, NHWC, found 'NCWH'");
  EXPECT_EQ(changed(3, {"+choose_layout(shares=1)"}),
            "expected a parameter of choose_layout, found 'shares' (nearest: share, layout)");
  EXPECT_EQ(changed(3, {"+absorb_pads(x=1)"}), "expected a parameter of absorb_pads, found 'x'; it has none");
  EXPECT_EQ(changed(3, {"+fuse_operators(longest=-1)"}),
            "parameter 'longest' of fuse_operators: expected a number of at least 0, found '-1'");
  EXPECT_EQ(changed(3, {"+fuse_operators(longest=2"}), "expected a closing ')', found 'fuse_operators(longest=2'");
  EXPECT_EQ(changed(3, {"+fuse_operators(longest)"}), "expected parameter=value, found 'longest'");
}

TEST(Pipeline, PrintsAndParses) {
  for (int level = 0; level <= kHighestLevel; ++level) {
    const auto parsed = parse_pipeline(text(pipeline_of(level)));
    ASSERT_TRUE(parsed.ok()) << parsed.error().message();
    EXPECT_EQ(*parsed, pipeline_of(level));
  }
  EXPECT_EQ(parse_pipeline("fast_maths").error().message(),
            "expected the name of a pass, found 'fast_maths' (nearest: fast_math, absorb_pads, fuse_operators)");
}

TEST(Pipeline, HashesWhatItSays) {
  EXPECT_EQ(hash_of(pipeline_of(3)), hash_of(*parse_pipeline(text(pipeline_of(3)))));
  EXPECT_NE(hash_of(pipeline_of(3)), hash_of(pipeline_of(4)));
  EXPECT_NE(hash_of(*parse_pipeline("choose_layout(layout=NCHW)")), hash_of(*parse_pipeline("choose_layout")));
}

}  // namespace
}  // namespace dlas::compiler
