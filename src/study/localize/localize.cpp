#include "study/localize/localize.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/progress.h"
#include "base/threads.h"
#include "compiler/executor.h"
#include "data/sample.h"
#include "study/compare/align.h"
#include "study/localize/align/sketch.h"
#include "study/localize/contract/describe.h"
#include "study/localize/contract/label_offset.h"
#include "study/localize/contract/recipe.h"
#include "study/localize/forcing/models.h"
#include "study/localize/grid/grid_check.h"
#include "study/localize/report.h"

namespace dlas::study {
namespace {

using namespace localize;  // NOLINT(google-build-using-namespace): the parts of this folder

constexpr double kFewestAlike = 0.2;          // share of parameters below which two models are not one function
constexpr std::size_t kFewestParameters = 3;  // that say so

bool has_parameters(const Graph& graph, const Region& region) {
  return std::ranges::any_of(region.nodes, [&](NodeId n) {
    const auto sketch = sketch_of(graph, graph.node(n));
    return sketch && sketch->count >= 8;
  });
}

// Parameters that the other file has not, and regions with parameters that compute something else: two models, not a conversion
// with faults.
Status check_related(const Models& models, const Matching& matching, const Probe& probe, const Settled& settled) {
  std::size_t regions = 0, clean = 0;
  for (std::size_t i = 0; i < settled.pairs.size(); ++i) {
    const Region* region = probe.region(settled.pairs[i]);
    if (!region || !has_parameters(models.b.graph, *region)) continue;
    ++regions;
    clean += settled.locals[i].clean();
  }
  if (matching.parameters < kFewestParameters || 2 * clean > regions ||
      static_cast<double>(matching.alike) >= kFewestAlike * static_cast<double>(matching.parameters))
    return {};
  return make_error(Code::mismatch, "", "")
      .at_slot(fmt::format("these two do not compute the same function: {} of {} parameters match", matching.alike,
                           matching.parameters));
}

class Run {
 public:
  Run(const Models& models, const LocalizeOptions& options) : models_(models), options_(options) {}

  Status prepare() {
    DLAS_ASSIGN(a_, compiler::make_executor(models_.a.graph, {}));
    DLAS_ASSIGN(b_, compiler::make_executor(models_.b.graph, {}));
    return {};
  }

  // From now on the source's input stands for what the target needs.
  void map_input(std::optional<InputMap> map) { map_ = std::move(map); }

  Result<Contents> source(const std::vector<Tensor>& inputs) const {
    DLAS_ASSIGN(Contents out, contents(*a_, real_inputs(models_.a, inputs), values_of(models_.flow_a)));
    if (map_) {
      Tensor& input = out.at(models_.flow_a.steps[0].value);  // the first step is the input
      input = mapped(*map_, input);
    }
    return out;
  }
  Result<Contents> target(const std::vector<Tensor>& inputs) const {
    return contents(*b_, real_inputs(models_.b, inputs), values_of(models_.flow_b));
  }

  // Local and free errors over the images, until it is clear or time is up.
  Result<Measured> measure(Probe& probe, Settled settled, const std::vector<Inputs>& inputs) {
    Measured out;
    out.settled = std::move(settled);
    const auto& pairs = out.settled.pairs;
    out.free_errors.assign(pairs.size(), 0);
    std::vector<std::vector<double>> errors(pairs.size());
    std::vector<std::size_t> open(pairs.size());
    for (std::size_t i = 0; i < open.size(); ++i) open[i] = i;
    const auto start = std::chrono::steady_clock::now();
    Progress progress("images", std::ssize(inputs));
    for (std::size_t image = 0; image < inputs.size(); ++image, progress.advance()) {
      if (stop_requested()) return make_error(Code::cancelled, "", "stopped by the user");
      if (image > 0 &&
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > options_.seconds)
        break;
      if (image == kScreened) close_clean(out.settled.locals, errors, open);
      if (open.empty()) break;
      DLAS_TRY(add_image(probe, inputs[image], open, out, errors));
      ++images_;
    }
    out.tested = tested(errors, out.settled.locals);
    return out;
  }
  std::int64_t images() const { return images_; }

 private:
  static constexpr std::size_t kScreened = 4;  // images after which a region below its floor is not asked again

  static void close_clean(const std::vector<Local>& locals, const std::vector<std::vector<double>>& errors,
                          std::vector<std::size_t>& open) {
    std::erase_if(open, [&](std::size_t i) {
      return errors[i].empty() || *std::ranges::max_element(errors[i]) < locals[i].floor / 2;
    });
  }

  Status add_image(const Probe& probe, const Inputs& inputs, const std::vector<std::size_t>& open, Measured& out,
                   std::vector<std::vector<double>>& errors) const {
    DLAS_ASSIGN(const Contents of_a, source(inputs.a));
    DLAS_ASSIGN(const Contents of_b, target(inputs.b));
    const auto& pairs = out.settled.pairs;
    std::vector<double> local(open.size());
    parallel_for(std::ssize(open), [&](std::int64_t k) {
      const auto at = static_cast<std::size_t>(k);
      local[at] = probe.errors(pairs, {open[at]}, of_a)[0];
    });
    for (std::size_t k = 0; k < open.size(); ++k)
      if (local[k] == local[k]) errors[open[k]].push_back(local[k]);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const Tensor &x = of_a.at(pairs[i].a), &y = of_b.at(pairs[i].b);
      if (x.count() != y.count() || y.dtype() != DType::f32 || x.dtype() != DType::f32) continue;
      out.free_errors[i] = std::max(out.free_errors[i], deviation(x, reordered(y, pairs[i].order)).relative);
    }
    return {};
  }

  const Models& models_;
  LocalizeOptions options_;
  std::unique_ptr<Executor> a_, b_;
  std::optional<InputMap> map_;
  std::int64_t images_ = 0;
};

std::int64_t without_partner(const std::vector<int>& partners) { return std::ranges::count(partners, -1); }

double output_error(const Models& models, const Measured& measured) {
  double most = 0;
  for (std::size_t i = 0; i < measured.settled.pairs.size(); ++i)
    if (std::ranges::find(models.flow_b.outputs, measured.settled.pairs[i].step_b) != models.flow_b.outputs.end())
      most = std::max(most, measured.free_errors[i]);
  return most;
}

// Sets the map that the target's input needs and adds what the contract has to say.
Status check_contract(const Models& models, const Matching& matching, Run& run, const Inputs& inputs,
                      const Contents& of_b, Localization& out) {
  describe_contract(models, out.contract);
  for (Finding& f : output_findings(models, matching)) out.findings.push_back(std::move(f));
  if (auto labels = label_offset(models)) out.findings.push_back(*std::move(labels));
  DLAS_ASSIGN(Contents first, run.source(inputs.a));
  Probe probe(models, std::move(first));
  Settled plain{aligned(models.a.graph, models.flow_a, models.b.graph, models.flow_b, matching), {}};
  plain.locals = probe.measure(plain.pairs);
  DLAS_TRY(check_related(models, matching, probe, plain));
  if (models.flow_b.steps.empty() || models.flow_b.steps[0].node != kNone) return {};
  const auto checked = check_input(models, probe, plain, of_b.at(models.flow_b.steps[0].value));
  if (!checked) return {};
  out.contract.inputs_fit = checked->fits();
  run.map_input(checked->map);
  out.contract.needs = checked->map;
  if (!checked->fits()) out.findings.push_back(input_finding(models, *checked));
  return {};
}

// What the types of the target's activations cannot hold.
Status check_grids(const Models& models, const Measured& measured, const Run& run, const std::vector<Inputs>& inputs,
                   Localization& out) {
  constexpr std::size_t kMostImages = 16;
  for (Finding& f : unlike_scales(models)) out.findings.push_back(std::move(f));
  GridCheck check(models, measured.settled.pairs);
  if (check.empty()) return {};
  for (std::size_t i = 0; i < std::min(inputs.size(), kMostImages); ++i) {
    DLAS_ASSIGN(const Contents of_a, run.source(inputs[i].a));
    check.add(of_a);
  }
  for (Finding& f : check.findings()) out.findings.push_back(std::move(f));
  return {};
}

// What the target needs, as a recipe, where that is not what it gets.
void state_recipe(const Side& a, const Side& b, const data::Image& image, Localization& out) {
  if (out.contract.inputs_fit) return;
  const auto layout = b.recipe.layout.value_or(data::Layout::nhwc);
  auto needed = needed_recipe(a.recipe, out.contract.needs, layout, image);
  if (!needed.ok()) return;
  if (b.recipe.labels) needed->labels = b.recipe.labels;
  out.contract.recipe = data::text(*needed);
  for (Finding& f : out.findings) {
    if (f.category != Category::preprocessing) continue;
    f.evidence.push_back("right is the recipe: " + out.contract.recipe);
    f.proposals.push_back(SetContract{"recipe", out.contract.recipe, std::nullopt});
  }
}

}  // namespace

Result<Localization> localize_tensors(const Side& a, const Side& b, const std::vector<Inputs>& inputs,
                                      const LocalizeOptions& options) {
  Localization out;
  out.name_a = a.name;
  out.name_b = b.name;
  DLAS_ASSIGN(const Models models, make_models(a.executor->graph(), b.executor->graph()));
  out.quantised = models.a.quantised || models.b.quantised;
  DLAS_ASSIGN(const Matching matching, match(models.a.graph, models.flow_a, models.b.graph, models.flow_b));
  out.parameters = static_cast<std::int64_t>(matching.parameters);
  out.alike = static_cast<std::int64_t>(matching.alike);
  out.unmatched_a = without_partner(matching.of_a);
  out.unmatched_b = without_partner(matching.of_b);
  Run run(models, options);
  DLAS_TRY(run.prepare());
  DLAS_ASSIGN(const Contents of_b, run.target(inputs[0].b));
  DLAS_TRY(check_contract(models, matching, run, inputs[0], of_b, out));
  DLAS_ASSIGN(Contents first, run.source(inputs[0].a));
  Probe probe(models, std::move(first));
  Settled settled = settle(probe, models, matching);
  DLAS_ASSIGN(const Measured measured, run.measure(probe, std::move(settled), inputs));
  out.images = run.images();
  const bool shifted = std::ranges::any_of(out.findings, [](const Finding& f) { return f.rule == "labels"; });
  for (Finding& f : findings_of(models, measured, probe, of_b))
    if (!shifted || f.rule != "sizes") out.findings.push_back(std::move(f));  // another number of classes has been told
  DLAS_TRY(check_grids(models, measured, run, inputs, out));
  out.places = places_of(models, measured);
  out.output_error = output_error(models, measured);
  return out;
}

Result<Localization> localize_pictures(const Side& a, const Side& b, const data::Dataset& dataset,
                                       const LocalizeOptions& options) {
  const std::vector<std::int64_t> items = data::sample(dataset.size(), options.images, options.seed);
  if (items.empty()) return make_error(Code::usage, "at least one image", "none").try_this("--images 16");
  std::vector<Inputs> inputs;
  for (const std::int64_t i : items) {
    DLAS_ASSIGN(const data::Item item, dataset.item(i));
    DLAS_ASSIGN(std::vector<Tensor> of_a, model_inputs(a, item.image));
    DLAS_ASSIGN(std::vector<Tensor> of_b, model_inputs(b, item.image));
    inputs.push_back({std::move(of_a), std::move(of_b)});
  }
  DLAS_ASSIGN(Localization out, localize_tensors(a, b, inputs, options));
  out.data = dataset.description();
  out.seed = options.seed;
  out.recipe_a = data::text(a.recipe);
  out.recipe_b = data::text(b.recipe);
  DLAS_ASSIGN(const data::Item item, dataset.item(items[0]));
  state_recipe(a, b, item.image, out);
  return out;
}

}  // namespace dlas::study
