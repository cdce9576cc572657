// dlas repair: a conversion fault mended in the file that ships, and patches put in and taken out.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "cli/options.h"
#include "study/open/opened.h"
#include "study/repair/edit_json.h"
#include "study/repair/native.h"
#include "study/repair/patch_file.h"
#include "study/repair/repair_json.h"

namespace dlas::cli {
namespace {

struct Options {
  std::vector<std::string> models;
  std::string apply, revert, out, patch, json, recipe, recipe_a, recipe_b;
  PictureOptions pictures;
  std::int64_t held_out = 200;
  std::int64_t seconds = 120;
};

const std::string& own(const std::string& of_side, const std::string& of_both) {
  return of_side.empty() ? of_both : of_side;
}

// --- a patch that exists ---

// What `--apply` and `--revert` did.
struct Done {
  std::vector<study::Edit> edits;
  Hash written;
  bool original_again = false;
};

Result<Done> patch_model(const Options& o) {
  const bool back = o.apply.empty();
  const std::string& target = o.models[0];
  Done done;
  DLAS_ASSIGN(const study::PatchFile patch, study::read_patch(back ? o.revert : o.apply));
  DLAS_ASSIGN(const Model model, load(target));
  const std::optional<Hash> wanted = back ? patch.result : std::optional(patch.content);
  if (wanted && *wanted != model.content)
    return make_error(Code::mismatch, "the file that the patch is for, " + text(*wanted), text(model.content))
        .in(target);
  done.edits = study::for_file(back ? patch.inverse : patch.edits, model.format);
  auto fixed = study::fixed(model, done.edits);
  if (!fixed.ok()) return Error(fixed.error()).in(target);
  DLAS_ASSIGN(const Model written, study::write_fixed(*fixed, target, o.out));
  done.written = written.content;
  done.original_again = back && written.content == patch.content;
  return done;
}

std::string edit_lines(const std::vector<study::Edit>& edits) {
  std::string out;
  for (const study::Edit& e : edits) out += "  " + for_terminal(study::summary(e)) + "\n";
  return out;
}

Result<int> put_patch(const Options& o) {
  if (o.models.size() != 1) return make_error(Code::usage, "one model to patch", fmt::format("{}", o.models.size()));
  DLAS_TRY(check_destination(o.out, {o.models[0], o.apply, o.revert}));
  DLAS_ASSIGN(const Done done, patch_model(o));
  auto edits = nlohmann::ordered_json::array();
  for (const study::Edit& e : done.edits) edits.push_back(study::to_json(e));
  const nlohmann::ordered_json json = {{"schema", "dlas.patched/1"},
                                       {"target", valid_utf8(o.models[0])},
                                       {"written", valid_utf8(o.out)},
                                       {"result", text(done.written)},
                                       {"edits", std::move(edits)}};
  if (!o.json.empty()) DLAS_TRY(deliver(o.json, pretty(json)));
  if (o.json == "-") return kAgree;
  std::string out = fmt::format("{} edit{} written to {}\n", done.edits.size(), done.edits.size() == 1 ? "" : "s",
                                for_terminal(o.out));
  print(out + edit_lines(done.edits) + (done.original_again ? "byte for byte the file that was repaired\n" : ""));
  return kAgree;
}

// --- a fault that is looked for ---

std::string agreement(std::string_view name, const study::Agreement& a) {
  return fmt::format("  {:<10}{} of {} images differ; overlap of the first five {}, distance {}\n", name, a.differ,
                     a.images, significant(a.overlap), significant(a.distance));
}

std::string explanation(const Options& o, const study::Repair& r) {
  const std::size_t before = r.before.findings.size(), after = r.after.findings.size();
  std::string out;
  if (before == 0) out = "no fault to repair\n";
  else if (r.edits.empty())
    out = fmt::format("{} fault{}, none {}\n", before, before == 1 ? "" : "s",
                      r.out_of_time ? "repaired before the time was up" : "that could be repaired");
  else
    out = fmt::format("{} of {} fault{} repaired with {} edit{}\n", before - std::min(before, after), before,
                      before == 1 ? "" : "s", r.edits.size(), r.edits.size() == 1 ? "" : "s");
  out += edit_lines(r.edits);
  if (r.out_of_time) out += fmt::format("stopped   after {} s; --budget gives more\n", o.seconds);
  if (before > 0) {
    out += "before\n" + agreement("held back", r.held_before) + agreement("looked at", r.shown_before);
    if (!r.edits.empty())
      out += "after\n" + agreement("held back", r.held_after) + agreement("looked at", r.shown_after);
  }
  for (const study::Trial& t : r.trials)
    out += fmt::format("{:<10}{}\n          {}\n", t.accepted ? "accepted" : "rejected", for_terminal(t.diagnosis, 400),
                       for_terminal(t.reason, 400));
  for (const std::string& line : r.left_out) out += "not needed " + for_terminal(line, 400) + "\n";
  for (const auto& f : r.after.findings) out += "remains   " + for_terminal(f.diagnosis, 400) + "\n";
  if (r.recipe)
    out += fmt::format("recipe    {} is to be given {}\n", for_terminal(o.models[1]), data::text(*r.recipe));
  return out;
}

Result<study::Repair> look_for(const Options& o, const Model& target) {
  DLAS_ASSIGN(const auto spec, compiler::parse_executor("auto"));
  DLAS_ASSIGN(const study::Opened a, study::open_model(o.models[0]));
  DLAS_ASSIGN(const study::Opened fast_a, study::open_model(o.models[0], {}, {}, spec));
  DLAS_ASSIGN(const study::Opened b, study::open_model(target));
  DLAS_ASSIGN(const study::Chosen recipe_a, study::choose_recipe(own(o.recipe_a, o.recipe), a));
  DLAS_ASSIGN(const study::Chosen recipe_b, study::choose_recipe(own(o.recipe_b, o.recipe), b));
  DLAS_ASSIGN(const data::Dataset dataset, data::open_dataset(o.pictures.data));
  const study::Side side_a{o.models[0], a.executor.get(), recipe_a.recipe};
  study::RepairTask task;
  task.source = side_a;
  task.fast_source = {o.models[0], fast_a.executor.get(), recipe_a.recipe};
  task.target = &target;
  task.name = o.models[1];
  task.recipe = recipe_b.recipe;
  task.seconds = static_cast<double>(o.seconds);
  study::LocalizeOptions options;
  options.images = o.pictures.images;
  options.seed = o.pictures.seed;
  task.localize = [&](const study::Side& side_b) { return study::localize_pictures(side_a, side_b, dataset, options); };
  task.material = [&](const data::Recipe& recipe) {
    return study::material_of(side_a, {o.models[1], b.executor.get(), recipe}, dataset, o.pictures.images, o.held_out,
                              o.pictures.seed);
  };
  return study::repair(task);
}

// The patch and the file, when there is something to write.
Status write_results(const Options& o, const Model& target, const study::Repair& r) {
  if (r.edits.empty()) return {};
  DLAS_ASSIGN(const study::Fixed fixed, study::fixed(target, study::for_file(r.edits, target.format)));
  DLAS_ASSIGN(const Model written, study::write_fixed(fixed, o.models[1], o.out));
  if (o.patch.empty()) return {};
  const study::PatchFile patch{o.models[1], target.format, target.content, written.content, r.edits, fixed.inverse};
  return deliver(o.patch, study::to_json(patch));
}

Result<int> mend(const Options& o) {
  if (o.models.size() != 2 || o.pictures.data.empty())
    return make_error(Code::usage, "SOURCE and TARGET with --data, or TARGET with --apply or --revert",
                      o.models.size() == 2 ? "no --data" : "one model");
  DLAS_TRY(check_destination(o.out, {o.models[0], o.models[1], o.pictures.data}));
  DLAS_TRY(check_destination(o.patch, {o.models[0], o.models[1], o.pictures.data}));
  DLAS_TRY(check_destination(o.json, {o.models[0], o.models[1], o.pictures.data}));
  DLAS_TRY(check_different({{"-o", o.out}, {"--patch", o.patch}, {"--json", o.json}}));
  DLAS_ASSIGN(const Model target, load(o.models[1]));
  DLAS_ASSIGN(const study::Repair r, look_for(o, target));
  DLAS_TRY(write_results(o, target, r));
  if (!o.json.empty()) DLAS_TRY(deliver(o.json, pretty(study::to_json(r))));
  if (o.json != "-") print(explanation(o, r));
  return r.after.findings.empty() ? kAgree : kDifferent;
}

Result<int> repair(const Options& o) {
  if (!o.apply.empty() && !o.revert.empty()) return make_error(Code::usage, "either --apply or --revert", "both");
  return o.apply.empty() && o.revert.empty() ? mend(o) : put_patch(o);
}

void declare(CLI::App& command, Options& o) {
  command
      .add_option("MODELS", o.models,
                  "SOURCE and TARGET, the file that a converter made of it; TARGET alone for a patch")
      ->required()
      ->expected(1, 2)
      ->type_name("");
  command.add_option("-o,--output", o.out, "the repaired file, in the format of TARGET")->required()->type_name("FILE");
  add_picture_options(command, o.pictures);
  o.pictures.images = 32;
  command.add_option("--held-out", o.held_out, "further images that only judge a repair")
      ->check(CLI::Range(0, 100'000'000))
      ->type_name("N")
      ->capture_default_str();
  add_recipe_option(command, "--recipe", o.recipe, "how a picture becomes the input, for both: a preset or words");
  add_recipe_option(command, "--recipe-a", o.recipe_a, "the same for SOURCE alone");
  add_recipe_option(command, "--recipe-b", o.recipe_b, "the same for TARGET alone");
  command.add_option("--budget", o.seconds, "no further round after so many seconds")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("SECONDS")
      ->capture_default_str();
  command.add_option("--patch", o.patch, "write the edits and their inverse as a patch")->type_name("FILE");
  command.add_option("--apply", o.apply, "put the edits of this patch into TARGET")->type_name("PATCH");
  command.add_option("--revert", o.revert, "take the edits of this patch out of TARGET")->type_name("PATCH");
  command.add_option("--json", o.json, "write what was done as JSON; - for standard output")->type_name("FILE");
  command.footer(
      "Examples:\n"
      "  dlas repair a.onnx b.tflite --data photos --images 4 --recipe torchvision -o fixed.tflite\n"
      "Exit status 0: no fault is left; 1: some remain; 2: input or usage");
}

}  // namespace

void add_repair(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("repair", "mend a conversion fault in the file that ships");
  auto o = std::make_shared<Options>();
  declare(*command, *o);
  command->callback([o, &status] { status = conclude(repair(*o), o->json == "-"); });
}

}  // namespace dlas::cli
