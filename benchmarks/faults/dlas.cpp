// bench_faults_dlas DEMO_MODELS FOLDER POSITIONS [PICTURES]: puts faults into the demo's files and into networks of its own, one line of JSON a case.
//
// FOLDER is for files that are written and read again. Lines: {"kind":"case"|"multi"|"control", "net", "fault", "node", ...}.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"
#include "model/format/onnx/writer.h"
#include "study/repair/apply.h"
#include "study/repair/fault/case.h"
#include "study/repair/fault/control.h"
#include "study/repair/fault/net.h"

namespace dlas {
namespace {

using namespace study::fault;  // NOLINT(google-build-using-namespace): the whole program is about them

constexpr std::int64_t kPictures = 160, kShown = 16;
constexpr const char *kNhwc = "gray scale(1/255) nhwc", *kNchw = "gray scale(1/255) nchw";

Result<std::vector<Twins>> all_twins(const std::string& demo, const std::string& folder) {
  std::vector<Twins> out;
  const auto add = [&](const std::string& net, const char* a, const char* b, const char* recipe) {
    out.push_back({net + " " + a + " > " + b, demo + "/" + net + a, demo + "/" + net + b, recipe, recipe});
  };
  for (const auto& [net, recipe] : {std::pair{"depthwise", kNhwc}, std::pair{"residual", kNchw}}) {
    add(net, ".onnx", "_fp32.tflite", recipe);
    add(net, "_fp32.tflite", ".onnx", recipe);
    add(net, ".onnx", "_int8.tflite", recipe);
  }
  for (const study::fault::Shape shape : kShapes)
    for (const bool folded : {false, true}) {
      const std::string name(text(shape));
      const std::string path = folder + "/" + name + (folded ? "_folded.onnx" : ".onnx");
      const std::string other = folder + "/" + name + (folded ? ".onnx" : "_folded.onnx");
      onnx::WriteOptions options;
      // GELU and newer forms need a late opset; the twin is written in another one.
      options.opset = shape == study::fault::Shape::transformer ? (folded ? 20 : 21) : (folded ? 13 : 18);
      DLAS_TRY(onnx::write(network(shape, folded, 7), path, options));
      out.push_back({name + (folded ? " folded > unfolded" : " unfolded > folded"), path, other, kNchw, kNchw});
    }
  return out;
}

void print(const nlohmann::ordered_json& line) {
  std::puts(line.dump().c_str());
  std::fflush(stdout);
}

Status run_case(const Bench& bench, const char* kind, const std::vector<Injected>& faults) {
  auto outcome = bench.run(faults);
  if (!outcome.ok()) return outcome.error();
  if (!*outcome) return {};
  const auto& o = **outcome;
  std::vector<std::string> nodes;
  for (const std::string& n : o.nodes) nodes.push_back(valid_utf8(n));
  // A third of the places is held back: they are counted, and nobody looks at them one by one.
  const bool held = hash_of(bench.twins().name + o.faults[0] + nodes[0]).low % 3 == 0;
  print({{"kind", kind},
         {"net", bench.twins().name},
         {"faults", o.faults},
         {"nodes", held ? std::vector<std::string>() : nodes},
         {"held_back", held},
         {"ranks", o.ranks},
         {"findings", o.findings},
         {"edits", o.edits},
         {"repaired", o.repaired},
         {"equal", o.equal},
         {"differ", o.differ},
         {"images", o.images},
         {"seconds", o.seconds},
         {"text", held ? "" : valid_utf8(o.text)},
         {"why", held ? "" : valid_utf8(o.why)}});
  return {};
}

// Two to four faults that were found to be possible alone, when they are possible together.
Status run_multi(const Bench& bench, std::vector<Injected> singles, std::size_t cases) {
  data::Random random(11);
  for (std::size_t done = 0, tries = 0; done < cases && tries < 20 * cases && singles.size() > 3; ++tries) {
    const std::size_t count = 2 + random.below(3);
    std::vector<Injected> chosen;
    for (std::size_t i = 0; i < count; ++i) chosen.push_back(singles[random.below(singles.size())]);
    bool apart = true;
    for (std::size_t i = 0; i < chosen.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) apart = apart && chosen[i].nodes != chosen[j].nodes;
    const auto applied = study::apply_edits(bench.target(), joint(chosen));
    if (!apart || !applied.ok()) continue;
    ++done;
    DLAS_TRY(run_case(bench, "multi", chosen));
  }
  return {};
}

Status run_controls(const Bench& bench) {
  const auto tell = [&](const std::string& name, std::size_t findings) {
    print({{"kind", "control"}, {"net", bench.twins().name}, {"control", name}, {"findings", findings}});
  };
  DLAS_ASSIGN(const auto twin, bench.control({}));
  tell("the twin itself", *twin);
  for (const Control& c : all_controls())
    for (NodeId n = 0; n < static_cast<NodeId>(bench.target().nodes().size()); ++n) {
      const auto edits = c.rewrite(bench.target(), n);
      if (edits.empty() || !study::apply_edits(bench.target(), edits).ok()) continue;
      DLAS_ASSIGN(const auto findings, bench.control(edits));
      if (findings) tell(std::string(c.name), *findings);
      break;
    }
  return {};
}

// Of a dataset of 28 x 28 grey pictures; blobs where there is none.
Result<std::vector<data::Image>> images_of(const std::string& path) {
  if (path.empty()) return pictures(kPictures, 3);
  DLAS_ASSIGN(const data::Dataset dataset, data::open_dataset(path));
  std::vector<data::Image> out;
  for (const std::int64_t i : data::sample(dataset.size(), kPictures, 3)) {
    DLAS_ASSIGN(data::Item item, dataset.item(i));
    out.push_back(std::move(item.image));
  }
  return out;
}

Status run(const std::string& demo, const std::string& folder, std::size_t positions, const std::string& data) {
  DLAS_ASSIGN(const auto twins, all_twins(demo, folder));
  DLAS_ASSIGN(const auto images, images_of(data));
  for (const Twins& t : twins) {
    DLAS_ASSIGN(const Bench bench, Bench::open(t, images, kShown, folder));
    DLAS_TRY(run_controls(bench));
    std::vector<Injected> singles;
    for (const Fault& fault : all_faults())
      for (const Injected& one : inject(bench.target(), fault, positions, 5)) {
        DLAS_TRY(run_case(bench, "case", {one}));
        singles.push_back(one);
      }
    DLAS_TRY(run_multi(bench, singles, positions));
  }
  return {};
}

}  // namespace
}  // namespace dlas

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5)
    return std::fputs("bench_faults_dlas DEMO_MODELS FOLDER POSITIONS [PICTURES]\n", stderr), 2;
  const auto positions = dlas::parse_int(argv[3]);
  const auto done =
      dlas::run(argv[1], argv[2], static_cast<std::size_t>(positions.value_or(1)), argc == 5 ? argv[4] : "");
  if (!done.ok()) return std::fprintf(stderr, "%s\n", done.error().message().c_str()), 1;
  return 0;
}
