// Files that real PyTorch wrote (tests/make_torch_fixtures.py): what the graph computes is what PyTorch computed, at each value whose
// name both have.
//
// A value may be off by the relative L2 distance k gamma(n) with k nodes before it and n = 64 terms in the longest sum of these models:
// each node adds at most gamma(n), with gamma(n) = n u / (1 - n u) and u = 2^-24. Values that are all zero or all equal prove nothing and
// fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/file.h"
#include "data/npy.h"
#include "model/executor/fold.h"
#include "model/executor/reference.h"
#include "model/format/format.h"
#include "model/format/weights.h"

namespace dlas {
namespace {

std::string fixture(const std::string& name) { return DLAS_SOURCE_DIR "/src/model/format/torch/fixtures/" + name; }

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

struct Compared {
  int outputs = 0, values = 0;
};

// Runs the model on the input of the .npz and compares everything that both have.
Compared compare(const std::string& model, const std::string& arrays) {
  Compared out;
  auto read = load(fixture(model));
  EXPECT_TRUE(read.ok()) << read.error().message();
  const auto wanted = data::read_arrays(fixture(arrays));
  EXPECT_TRUE(wanted.ok()) << wanted.error().message();
  if (!read.ok() || !wanted.ok()) return out;
  std::map<std::string, Tensor> expected(wanted->begin(), wanted->end());
  std::map<std::string, std::int64_t> sizes;
  const Type& input = read->graph.value(read->graph.inputs[0]).type;
  for (std::size_t i = 0; i < input.rank(); ++i)
    if (const Dim& dim = input.dim(i); !dim.known() && (i == 0 || !dim.name().empty()))
      sizes[dim.name().empty() ? "*" : dim.name()] = expected.at("input").dim(i);
  if (!sizes.empty()) {
    EXPECT_TRUE(bind_sizes(read->graph, sizes).ok());
  }
  const auto executor = make_reference(read->graph);
  EXPECT_TRUE(executor.ok()) << executor.error().message();
  if (!executor.ok()) return out;
  const Graph& graph = (*executor)->graph();
  std::vector<ValueId> keep;
  for (const auto& [name, tensor] : expected)
    if (const ValueId id = graph.find(name); id != kNone && graph.value(id).producer != kNone) keep.push_back(id);
  const auto ran = (*executor)->run(std::vector{expected.at("input")}, keep);
  EXPECT_TRUE(ran.ok()) << ran.error().message();
  if (!ran.ok()) return out;
  const double gamma = 64 * 0x1p-24 / (1 - 64 * 0x1p-24) * static_cast<double>(graph.nodes().size());
  const auto check_one = [&](const Tensor& found, const Tensor& want, const std::string& name) {
    EXPECT_EQ(found.shape(), want.shape()) << name;
    if (found.shape() != want.shape() || !is_float(want.dtype())) return;
    EXPECT_LE(distance(found, want), gamma) << name;
  };
  for (std::size_t i = 0; i < keep.size(); ++i, ++out.values)
    check_one(ran->kept[i], expected.at(graph.value(keep[i]).name), graph.value(keep[i]).name);
  for (std::size_t i = 0; i < ran->outputs.size(); ++i, ++out.outputs) {
    const Tensor& want = expected.at("output" + std::to_string(i));
    EXPECT_TRUE(varies(want));
    check_one(ran->outputs[i], want, "output" + std::to_string(i));
  }
  return out;
}

TEST(TorchFixtures, ExportedProgramComputesEachValueOfTheFile) {
  const Compared c = compare("pictures.pt2", "pictures.npz");
  EXPECT_EQ(c.outputs, 1);
  EXPECT_GE(c.values, 20);
}

TEST(TorchFixtures, ProgramInCoreOperatorsComputesTheSame) {
  EXPECT_EQ(compare("pictures_core.pt2", "pictures_core.npz").outputs, 1);
}

TEST(TorchFixtures, AttentionAndAMaskFilledInPlace) { EXPECT_EQ(compare("tokens.pt2", "tokens.npz").outputs, 2); }

TEST(TorchFixtures, ArchivesOfTorch25And28AreLaidOutOtherwise) {
  for (const std::string version : {"25", "28"}) {
    const Compared c = compare("tiny_" + version + ".pt2", "tiny_" + version + ".npz");
    EXPECT_EQ(c.outputs, 1);
    EXPECT_GE(c.values, 3);
  }
}

TEST(TorchFixtures, ScriptResolvesItsBranches) {
  EXPECT_EQ(compare("pictures_script.pt", "pictures_script.npz").outputs, 1);
}

TEST(TorchFixtures, TraceComputesTheSame) { EXPECT_EQ(compare("tokens_trace.pt", "tokens_trace.npz").outputs, 2); }

TEST(TorchFixtures, ConstantsAreViewsOfTheFileAndSayWhere) {
  for (const std::string name : {"pictures.pt2", "tiny_25.pt2", "tiny_28.pt2", "pictures_script.pt",
                                 "pictures_state.pth", "pictures_legacy.pth", "pictures.safetensors"}) {
    const auto file = open_file(fixture(name));
    const auto model = load(fixture(name));
    ASSERT_TRUE(file.ok() && model.ok()) << name;
    int weights = 0;
    for (const Value& v : model->graph.values()) {
      if (!v.is_constant() || !v.origin.offset) continue;
      ++weights;
      EXPECT_FALSE(v.constant.owns()) << name << " " << v.name;
      const auto bytes = file->bytes().subspan(*v.origin.offset, v.origin.bytes);
      EXPECT_TRUE(std::ranges::equal(bytes, v.constant.bytes())) << name << " " << v.name;
    }
    EXPECT_GE(weights, 4) << name;
  }
}

TEST(TorchFixtures, TheSameTensorsStandInEveryFormOfAStateDict) {
  const auto zip = load(fixture("pictures_state.pth")), old = load(fixture("pictures_legacy.pth")),
             safe = load(fixture("pictures.safetensors")), program = load(fixture("pictures.pt2"));
  ASSERT_TRUE(zip.ok() && old.ok() && safe.ok() && program.ok());
  EXPECT_EQ(zip->format, "PyTorch state dict");
  EXPECT_EQ(safe->format, "safetensors");
  int same = 0;
  for (const Value& v : safe->graph.values()) {
    const ValueId in_zip = zip->graph.find("state_dict." + v.name), in_old = old->graph.find(v.name);
    ASSERT_TRUE(in_zip != kNone && in_old != kNone) << v.name;
    EXPECT_TRUE(zip->graph.value(in_zip).constant.same_bits(v.constant)) << v.name;
    EXPECT_TRUE(old->graph.value(in_old).constant.same_bits(v.constant)) << v.name;
    if (const ValueId in_program = program->graph.find(v.name); in_program != kNone) {
      EXPECT_TRUE(program->graph.value(in_program).constant.same_bits(v.constant)) << v.name;
      ++same;
    }
  }
  EXPECT_GE(same, 10);
}

TEST(TorchFixtures, WeightsOfAStateDictTakeThePlaceOfTheProgramsOwn) {
  for (const std::string name : {"pictures_state.pth", "pictures_legacy.pth", "pictures.safetensors"}) {
    auto model = load(fixture("pictures.pt2"));
    ASSERT_TRUE(model.ok());
    const Status given = give_weights(*model, fixture(name));
    ASSERT_TRUE(given.ok()) << given.error().message();
    const Value& w = model->graph.value(model->graph.find("head.weight"));
    EXPECT_TRUE(w.origin.file.ends_with(name)) << w.origin.file;
  }
}

TEST(TorchFixtures, AllMismatchesOfWeightsAreListedAtOnce) {
  auto model = load(fixture("tiny_28.pt2"));
  ASSERT_TRUE(model.ok());
  const Status given = give_weights(*model, fixture("pictures_legacy.pth"));
  ASSERT_FALSE(given.ok());
  EXPECT_EQ(given.error().found, "no '0.weight'; no '0.bias'; no '3.weight'; no '3.bias'");
}

}  // namespace
}  // namespace dlas
