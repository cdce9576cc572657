#include "study/repair/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "base/text.h"
#include "base/threads.h"
#include "data/sample.h"
#include "study/open/opened.h"
#include "study/repair/apply.h"
#include "study/repair/native.h"
#include "study/repair/transplant.h"

namespace dlas::study {
namespace {

constexpr int kMostRounds = 16;

// A version of the target, ready to be looked at.
struct Candidate {
  std::vector<Edit> edits;
  Graph graph;
  data::Recipe recipe;
  Opened reference, fast;
};

bool is_contract(const Edit& e) { return std::holds_alternative<SetContract>(e); }

std::string text_of(const std::vector<Edit>& edits) {
  std::string out;
  for (const Edit& e : edits) out += to_text(e) + "\n";
  return out;
}

class Session {
 public:
  explicit Session(const RepairTask& task) : task_(task), start_(std::chrono::steady_clock::now()) {}

  Result<Repair> run() {
    DLAS_ASSIGN(material_, task_.material(task_.recipe));
    material_recipe_ = task_.recipe;
    DLAS_ASSIGN(shown_, Oracle::of(task_.fast_source, material_.shown));
    DLAS_ASSIGN(held_, Oracle::of(task_.fast_source, material_.held));
    DLAS_ASSIGN(current_, candidate({}));
    DLAS_ASSIGN(found_, localize(current_));
    out_.before = found_;
    DLAS_TRY(judge(current_, out_.shown_before, out_.held_before));
    held_now_ = out_.held_before;
    for (int round = 0; round < kMostRounds && !late(); ++round) {
      DLAS_ASSIGN(const bool better, improve());
      if (!better) break;
    }
    out_.out_of_time = late() && !found_.findings.empty();
    DLAS_TRY(minimise());
    DLAS_TRY(judge(current_, out_.shown_after, out_.held_after));
    out_.after = found_;
    out_.edits = current_.edits;
    out_.graph = current_.graph;
    if (!(current_.recipe == task_.recipe)) out_.recipe = current_.recipe;
    return std::move(out_);
  }

 private:
  bool late() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count() > task_.seconds;
  }

  // Errors: why these edits make no model.
  Result<Candidate> candidate(std::vector<Edit> edits) const {
    Candidate out;
    DLAS_ASSIGN(Applied applied, apply_edits(task_.target->graph, edits));
    out.recipe = task_.recipe;
    for (const Edit& e : edits) {
      const auto* contract = std::get_if<SetContract>(&e);
      if (!contract || contract->key != "recipe") continue;
      DLAS_ASSIGN(out.recipe, data::parse_recipe(contract->after));
      if (!out.recipe.layout) out.recipe.layout = task_.recipe.layout;
    }
    Model model = *task_.target;
    model.graph = applied.graph;
    DLAS_ASSIGN(out.reference, open_model(model));
    DLAS_ASSIGN(const auto spec, compiler::parse_executor("auto"));
    DLAS_ASSIGN(out.fast, open_model(std::move(model), {}, {}, spec));
    out.graph = std::move(applied.graph);
    out.edits = std::move(edits);
    return out;
  }

  Result<Localization> localize(const Candidate& c) const {
    return task_.localize({task_.name, c.reference.executor.get(), c.recipe});
  }

  // Pictures become inputs anew only when the recipe is another one.
  Status use_recipe(const data::Recipe& recipe) {
    if (recipe == material_recipe_) return {};
    DLAS_ASSIGN(material_, task_.material(recipe));
    material_recipe_ = recipe;
    return {};
  }
  Status judge(const Candidate& c, Agreement& shown, Agreement& held) {
    DLAS_TRY(use_recipe(c.recipe));
    shown = shown_->judge(*c.fast.executor, material_.shown);
    held = held_->judge(*c.fast.executor, material_.held);
    return {};
  }

  // The format can hold them. Errors: what it cannot.
  Status writable(const std::vector<Edit>& edits) const {
    if (!task_.native) return {};
    const auto written = fixed(*task_.target, for_file(edits, task_.target->format));
    return written.ok() ? Status() : Status(written.error());
  }

  static const localize::Finding* same_place(const Localization& all, const localize::Finding& f) {
    for (const localize::Finding& g : all.findings)
      if (g.target_value == f.target_value && (!f.target_value.empty() || g.diagnosis == f.diagnosis)) return &g;
    return nullptr;
  }

  // Tries one group of edits on top of the current ones; takes it when it is accepted.
  Result<bool> attempt(const localize::Finding& f, std::vector<Edit> proposed) {
    if (task_.native && task_.target->format == "ONNX") proposed = without_fusing(current_.graph, proposed);
    Trial trial{f.diagnosis, proposed, false, ""};
    if (!tried_.insert(text_of(proposed)).second) return false;
    std::vector<Edit> edits = current_.edits;
    edits.insert(edits.end(), proposed.begin(), proposed.end());
    const auto reject = [&](std::string why) {
      trial.reason = std::move(why);
      out_.trials.push_back(trial);
      return false;
    };
    auto made = candidate(edits);
    if (!made.ok()) return reject("it makes no model: " + made.error().message());
    if (const Status can = writable(edits); !can.ok())
      return reject("the file cannot hold it: " + can.error().message());
    Agreement shown, held;
    DLAS_TRY(judge(*made, shown, held));
    if (!no_worse(held, held_now_))
      return reject(fmt::format("held-back images agree less: {} instead of {} of {} differ", held.differ,
                                held_now_.differ, held.images));
    DLAS_ASSIGN(Localization found, localize(*made));
    if (const auto* still = same_place(found, f))
      return reject(fmt::format("the region's error stays above the floor: {} instead of {}",
                                significant(still->local_error), significant(f.local_error)));
    trial.accepted = true;
    trial.reason =
        fmt::format("the region computes what the source computes; {} instead of {} of {} held-back images differ",
                    held.differ, held_now_.differ, held.images);
    out_.trials.push_back(std::move(trial));
    current_ = std::move(*made);
    found_ = std::move(found);
    held_now_ = held;
    return true;
  }

  Result<bool> improve() {
    const std::vector<localize::Finding> findings = found_.findings;
    Partners partners;
    for (const Localization::Place& p : found_.places) partners.emplace_back(p.value_a, p.value_b);
    for (const localize::Finding& f : findings) {
      // What the answers are is a statement, not a change of the network.
      const bool states = std::ranges::all_of(
          f.proposals, [](const Edit& e) { return is_contract(e) && std::get<SetContract>(e).key != "recipe"; });
      std::vector<std::vector<Edit>> groups;
      if (!states) groups.push_back(f.proposals);
      for (auto& group : elsewhere(current_.graph, f)) groups.push_back(std::move(group));
      if (f.category != localize::Category::preprocessing)
        for (auto& group : transplants(task_.source.executor->graph(), current_.graph, f, partners))
          groups.push_back(std::move(group));
      for (const std::vector<Edit>& group : groups) {
        if (stop_requested()) return make_error(Code::cancelled, "", "stopped by the user");
        DLAS_ASSIGN(const bool accepted, attempt(f, group));
        if (accepted) return true;
        if (late()) return false;
      }
    }
    return false;
  }

  // True when the target without this edit is as good: no worse on all images, and no finding more.
  Result<bool> unneeded(std::size_t i) {
    std::vector<Edit> fewer = current_.edits;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    auto made = candidate(fewer);
    if (!made.ok() || !writable(fewer).ok()) return false;
    Agreement shown, held, full_shown;
    DLAS_TRY(judge(current_, full_shown, held));
    const Agreement full_held = held;
    DLAS_TRY(judge(*made, shown, held));
    if (!no_worse(shown, full_shown) || !no_worse(held, full_held)) return false;
    DLAS_ASSIGN(Localization found, localize(*made));
    if (found.findings.size() > found_.findings.size()) return false;
    out_.left_out.push_back(to_text(current_.edits[i]));
    current_ = std::move(*made);
    found_ = std::move(found);
    return true;
  }

  Status minimise() {
    for (std::size_t i = current_.edits.size(); i-- > 0 && current_.edits.size() > 1;) {
      DLAS_ASSIGN(const bool gone, unneeded(i));
      static_cast<void>(gone);
    }
    return {};
  }

  const RepairTask& task_;
  std::chrono::steady_clock::time_point start_;
  Material material_;
  data::Recipe material_recipe_;
  std::optional<Oracle> shown_, held_;
  Candidate current_;
  Localization found_;
  Agreement held_now_;
  std::set<std::string> tried_;
  Repair out_;
};

}  // namespace

Result<Repair> repair(const RepairTask& task) { return Session(task).run(); }

Result<Material> material_of(const Side& source, const Side& target, const data::Dataset& dataset, std::int64_t shown,
                             std::int64_t held, std::uint64_t seed) {
  const std::vector<std::int64_t> first = data::sample(dataset.size(), shown, seed);
  const std::vector<std::int64_t> all = data::sample(dataset.size(), shown + held, seed);
  Material out;
  for (const std::int64_t i : all) {
    DLAS_ASSIGN(const data::Item item, dataset.item(i));
    DLAS_ASSIGN(std::vector<Tensor> a, model_inputs(source, item.image));
    DLAS_ASSIGN(std::vector<Tensor> b, model_inputs(target, item.image));
    (std::ranges::binary_search(first, i) ? out.shown : out.held).push_back({std::move(a), std::move(b)});
  }
  return out;
}

std::vector<Edit> for_file(const std::vector<Edit>& edits, const std::string& format) {
  std::vector<Edit> out;
  for (const Edit& e : edits)
    if (!is_contract(e) || format == "ONNX") out.push_back(e);
  return out;
}

}  // namespace dlas::study
