// Files that real TensorFlow wrote (src/model/format/tensorflow/fixtures/make_fixtures.py): what the graph computes is what TensorFlow
// computed, at each value whose name both have.
//
// A value may be off by the relative L2 distance k gamma(n) with k nodes before it and n = 80 terms in the longest sum of these models:
// each node adds at most gamma(n), with gamma(n) = n u / (1 - n u) and u = 2^-24. Values that are all equal prove nothing and fail.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "data/npy.h"
#include "model/executor/fold.h"
#include "model/executor/reference.h"
#include "model/format/format.h"

namespace dlas {
namespace {

std::string fixture(const std::string& name) { return DLAS_SOURCE_DIR "/src/model/format/tensorflow/fixtures/" + name; }

double distance(const Tensor& a, const Tensor& b) {
  double off = 0, size = 0;
  for (std::int64_t i = 0; i < a.count(); ++i) {
    off += std::pow(a.number(i) - b.number(i), 2);
    size += std::pow(b.number(i), 2);
  }
  return std::sqrt(off / size);
}

bool varies(const Tensor& t) {
  for (std::int64_t i = 1; i < t.count(); ++i)
    if (t.number(i) != t.number(0)) return true;
  return false;
}

void expect_same(const Tensor& found, const Tensor& want, const std::string& name, std::size_t nodes) {
  ASSERT_EQ(found.shape(), want.shape()) << name;
  ASSERT_EQ(found.dtype(), want.dtype()) << name;
  EXPECT_TRUE(varies(want)) << name;
  const double gamma = 80 * 0x1p-24 / (1 - 80 * 0x1p-24) * static_cast<double>(nodes);
  EXPECT_LE(distance(found, want), is_float(want.dtype()) ? gamma : 0) << name;
}

// Runs the model on the picture of the .npz and compares everything that both have; returns how much that was.
int compare(const std::string& model, const std::string& signature, const std::string& arrays,
            const std::string& input) {
  auto read = load(fixture(model), signature);
  const auto wanted = data::read_arrays(fixture(arrays));
  if (!read.ok() || !wanted.ok()) return ADD_FAILURE() << (read.ok() ? wanted.error() : read.error()).message(), 0;
  const std::map<std::string, Tensor> expected(wanted->begin(), wanted->end());
  EXPECT_TRUE(bind_sizes(read->graph, {{"batch", expected.at(input).dim(0)}}).ok());
  const auto executor = make_reference(read->graph);
  if (!executor.ok()) return ADD_FAILURE() << executor.error().message(), 0;
  const Graph& graph = (*executor)->graph();
  std::vector<ValueId> keep;
  for (const auto& [name, tensor] : expected)
    if (const ValueId id = graph.find(name); id != kNone && graph.value(id).producer != kNone) keep.push_back(id);
  const auto ran = (*executor)->run(std::vector{expected.at(input)}, keep);
  if (!ran.ok()) return ADD_FAILURE() << ran.error().message(), 0;
  for (std::size_t i = 0; i < keep.size(); ++i) {
    const std::string& name = graph.value(keep[i]).name;
    expect_same(ran->kept[i], expected.at(name), name, graph.nodes().size());
  }
  return static_cast<int>(keep.size());
}

TEST(TensorFlowFixtures, SavedModelComputesItsDefaultSignature) {
  EXPECT_EQ(compare("saved", "", "saved.npz", "picture"), 2);
}

TEST(TensorFlowFixtures, SavedModelComputesAnotherSignature) {
  EXPECT_EQ(compare("saved", "features", "saved.npz", "picture"), 1);
}

TEST(TensorFlowFixtures, FrozenGraphComputesTheSame) {
  EXPECT_EQ(compare("frozen.pb", "", "frozen.npz", "picture"), 2);
}

TEST(TensorFlowFixtures, FrozenGraphDoesNotAnswerWhichBranchWasTaken) {
  const auto read = load(fixture("frozen.pb"));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->graph.outputs.size(), 2U);
}

TEST(TensorFlowFixtures, KerasModelFindsVariablesThatAreRestoredUnderOtherNames) {
  EXPECT_EQ(compare("keras", "", "keras.npz", "inputs"), 1);
}

TEST(TensorFlowFixtures, OldSavedModelComputesEachValue) { EXPECT_EQ(compare("old", "", "old.npz", "picture"), 5); }

TEST(TensorFlowFixtures, OldFrozenGraphComputesEachValue) { EXPECT_EQ(compare("old.pb", "", "old.npz", "picture"), 5); }

}  // namespace
}  // namespace dlas
