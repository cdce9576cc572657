// A comparison and a classification with one thread and with eight: the same figures, and no data race (this is what runs under the
// thread sanitizer, on real models).
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/threads.h"
#include "study/classify/classify.h"
#include "study/compare/diff.h"
#include "study/compare/json.h"
#include "study/open/opened.h"

namespace dlas::study {
namespace {

namespace fs = std::filesystem;

// 24 grey pictures of 28 x 28 boxes, as an IDX file.
class Threads : public testing::Test {
 protected:
  Threads() {
    std::string bytes("\0\0\x08\x03\0\0\0\x18\0\0\0\x1c\0\0\0\x1c", 16);
    for (int i = 0; i < 24; ++i)
      for (int y = 0; y < 28; ++y)
        for (int x = 0; x < 28; ++x) bytes += static_cast<char>(x > i % 7 + 3 && x < 25 - i % 5 && y > i ? 200 : 10);
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~Threads() override {
    fs::remove(path_);
    set_threads(static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  }
  data::Dataset dataset() const { return data::open_dataset(path_.string()).value(); }

 private:
  fs::path path_ = fs::temp_directory_path() / ("dlas-threads-" + std::to_string(getpid()) + "-images-idx3-ubyte");
};

Opened demo(const char* name) {
  return open_model((fs::path(DLAS_SOURCE_DIR) / "demo/models" / name).string()).value();
}

Side side(const Opened& model) {
  return {model.path, model.executor.get(), choose_recipe("gray scale(1/255)", model).value().recipe};
}

std::string compared(const Opened& a, const Opened& b, const data::Dataset& data, int threads) {
  set_threads(threads);
  auto difference = diff(side(a), side(b), data, {.images = 24, .seed = 1, .curve = 4, .names_a = {}, .names_b = {}});
  if (!difference.ok()) return difference.error().message();
  difference->a.milliseconds = difference->b.milliseconds = {};
  return to_json(*difference).dump();
}

TEST_F(Threads, DoNotChangeAComparison) {
  const Opened a = demo("depthwise.onnx");
  for (const char* other : {"depthwise_int8.tflite", "depthwise_fault.onnx"}) {
    const Opened b = demo(other);
    const std::string alone = compared(a, b, dataset(), 1);
    ASSERT_TRUE(alone.starts_with("{")) << alone;  // no error
    const bool faulty = std::string_view(other) == "depthwise_fault.onnx";
    EXPECT_EQ(alone.find("\"first_divergence\":null") == std::string::npos, faulty) << other;
    EXPECT_EQ(compared(a, b, dataset(), 8), alone);
  }
}

TEST_F(Threads, DoNotChangeAnswers) {
  const Opened model = demo("residual_int8.tflite");
  std::vector<std::vector<float>> scores;
  for (const int threads : {1, 8}) {
    set_threads(threads);
    const auto answers = classify(side(model), dataset(), {24, 1, 5});
    ASSERT_TRUE(answers.ok()) << answers.error().message();
    scores.emplace_back();
    for (const Classified& one : answers->images)
      scores.back().insert(scores.back().end(), one.scores.begin(), one.scores.end());
  }
  EXPECT_EQ(scores[0].size(), 24U * 5U);
  EXPECT_EQ(scores[0], scores[1]);
}

}  // namespace
}  // namespace dlas::study
