#include "study/repair/fault/case.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/file.h"
#include "study/open/opened.h"
#include "study/repair/apply.h"
#include "study/repair/native.h"

namespace dlas::study::fault {
namespace {

constexpr double kLeastShare = 0.01;     // of answers that a fault must change, else
constexpr double kLeastDistance = 0.01;  // of the outputs
constexpr double kRounding = 1e-5;       // of outputs that are equal

Result<std::shared_ptr<const Opened>> opened(const std::string& path, const char* executor) {
  DLAS_ASSIGN(const auto spec, compiler::parse_executor(executor));
  DLAS_ASSIGN(Opened model, open_model(path, {}, {}, spec));
  return std::shared_ptr<const Opened>(std::make_shared<Opened>(std::move(model)));
}

// The place of a fault among the findings, from 1.
std::size_t rank_of(const Injected& fault, const std::vector<localize::Finding>& findings) {
  for (std::size_t i = 0; i < findings.size(); ++i)
    for (const localize::NodeName& n : findings[i].target_nodes)
      if (std::ranges::find(fault.nodes, n.name) != fault.nodes.end()) return i + 1;
  return 0;
}

std::string why_not(const Repair& done) {
  for (auto t = done.trials.rbegin(); t != done.trials.rend(); ++t)
    if (!t->accepted) return t->reason;
  return done.trials.empty() ? "nothing was proposed" : "what was accepted is not enough";
}

}  // namespace

std::vector<Edit> joint(const std::vector<Injected>& faults) {
  std::vector<Edit> out;
  for (const Injected& f : faults) out.insert(out.end(), f.edits.begin(), f.edits.end());
  return out;
}

Result<Bench> Bench::open(Twins twins, const std::vector<data::Image>& pictures, std::int64_t shown,
                          std::string folder) {
  Bench out;
  out.twins_ = std::move(twins);
  out.folder_ = std::move(folder);
  DLAS_ASSIGN(out.target_, load(out.twins_.target));
  DLAS_ASSIGN(out.source_, opened(out.twins_.source, "reference"));
  DLAS_ASSIGN(out.fast_source_, opened(out.twins_.source, "auto"));
  DLAS_ASSIGN(out.twin_, opened(out.twins_.target, "auto"));
  DLAS_ASSIGN(out.source_recipe_, data::parse_recipe(out.twins_.source_recipe));
  DLAS_ASSIGN(out.target_recipe_, data::parse_recipe(out.twins_.target_recipe));
  const Side a{out.twins_.source, out.fast_source_->executor.get(), out.source_recipe_};
  const Side b{out.twins_.target, out.twin_->executor.get(), out.target_recipe_};
  for (const data::Image& image : pictures) {
    DLAS_ASSIGN(std::vector<Tensor> of_a, model_inputs(a, image));
    DLAS_ASSIGN(std::vector<Tensor> of_b, model_inputs(b, image));
    auto& part = std::ssize(out.material_.shown) < shown ? out.material_.shown : out.material_.held;
    part.push_back({std::move(of_a), std::move(of_b)});
  }
  DLAS_ASSIGN(const Oracle oracle, Oracle::of(a, out.material_.held));
  out.twin_agreement_ = oracle.judge(*b.executor, out.material_.held);
  return out;
}

Result<Localization> Bench::localize(const Side& target) const {
  const Side a{twins_.source, source_->executor.get(), source_recipe_};
  LocalizeOptions options;
  options.images = std::ssize(material_.shown);
  return localize_tensors(a, target, material_.shown, options);
}

// The twin with edits, through its own format and read again.
Result<Model> Bench::written(const std::vector<Edit>& edits) const {
  const std::string path = folder_ + "/case" + extension_of(target_.path);
  DLAS_ASSIGN(const Fixed faulty, fixed(target_, edits));
  return write_fixed(faulty, target_.path, path);
}

RepairTask Bench::task(const Model& target) const {
  RepairTask out;
  out.source = {twins_.source, source_->executor.get(), source_recipe_};
  out.fast_source = {twins_.source, fast_source_->executor.get(), source_recipe_};
  out.target = &target;
  out.name = target.path;
  out.recipe = target_recipe_;
  out.localize = [this](const Side& side) { return localize(side); };
  out.material = [this](const data::Recipe&) -> Result<Material> { return material_; };
  return out;
}

Result<std::optional<Bench::Outcome>> Bench::run(const std::vector<Injected>& faults) const {
  const auto target = written(joint(faults));
  if (!target.ok()) {
    if (target.error().code == Code::unsupported) return std::optional<Outcome>();
    return target.error();
  }
  auto faulty = opened(target->path, "auto");
  DLAS_ASSIGN(const Oracle twin, Oracle::of({twins_.target, twin_->executor.get(), target_recipe_}, [&] {
                std::vector<Inputs> same = material_.held;
                for (Inputs& i : same) i.a = i.b;
                return same;
              }()));
  if (!faulty.ok()) return std::optional<Outcome>();
  const Agreement changed = twin.judge(*(*faulty)->executor, material_.held);
  if (static_cast<double>(changed.differ) < kLeastShare * static_cast<double>(changed.images) &&
      changed.distance < kLeastDistance)
    return std::optional<Outcome>();
  Outcome out;
  for (const Injected& f : faults) {
    out.faults.emplace_back(fmt::format("{} {}", f.fault->number, f.fault->name));
    out.nodes.push_back(f.nodes.empty() ? "" : f.nodes[0]);
  }
  const auto start = std::chrono::steady_clock::now();
  const auto done = repair(task(*target));
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  out.ranks.assign(faults.size(), 0);
  if (!done.ok()) {
    out.text = done.error().message();
    return std::optional(std::move(out));
  }
  for (std::size_t i = 0; i < faults.size(); ++i) out.ranks[i] = rank_of(faults[i], done->before.findings);
  out.findings = done->before.findings.size();
  out.edits = done->edits.size();
  out.differ = done->held_before.differ;
  out.images = done->held_before.images;
  out.distance = done->held_before.distance;
  if (!done->before.findings.empty()) out.text = done->before.findings[0].diagnosis;
  out.repaired = done->after.findings.empty() && !done->edits.empty() &&
                 done->held_after.differ <= twin_agreement_.differ &&
                 done->held_after.distance <= 1.1 * twin_agreement_.distance + kRounding;
  if (!out.repaired) out.why = why_not(*done);
  out.equal = out.repaired && structure_hash(done->graph) == structure_hash(target_.graph);
  if (!out.equal && out.repaired) {
    Model repaired = *target;
    repaired.graph = done->graph;
    DLAS_ASSIGN(const auto spec, compiler::parse_executor("auto"));
    DLAS_ASSIGN(const Opened again, open_model(std::move(repaired), {}, {}, spec));
    out.equal = twin.judge(*again.executor, material_.held).distance <= kRounding;
  }
  return std::optional(std::move(out));
}

Result<std::optional<std::size_t>> Bench::control(const std::vector<Edit>& edits) const {
  auto target = edits.empty() ? Result<Model>(target_) : written(edits);
  if (!target.ok()) {
    if (target.error().code == Code::unsupported) return std::optional<std::size_t>();
    return target.error();
  }
  DLAS_ASSIGN(const Opened reference, open_model(std::move(*target)));
  DLAS_ASSIGN(const Localization found, localize({"control", reference.executor.get(), target_recipe_}));
  return std::optional(found.findings.size());
}

}  // namespace dlas::study::fault
