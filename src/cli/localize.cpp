// dlas localize: what went wrong in a conversion, and where?
#include "cli/localize.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "base/text.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "cli/options.h"
#include "model/format/weights.h"
#include "study/localize/json.h"
#include "study/open/opened.h"

namespace dlas::cli {
namespace {

struct Options {
  std::string a, b, inputs, recipe, recipe_a, recipe_b, json, budget = "60s", weights_a, weights_b;
  std::vector<std::string> chain;
  PictureOptions pictures;
};

const std::string& own(const std::string& of_side, const std::string& of_both) {
  return of_side.empty() ? of_both : of_side;
}

Result<double> seconds_of(const std::string& budget) {
  std::string_view digits = budget;
  double unit = 1;
  if (digits.ends_with("s")) digits.remove_suffix(1);
  else if (digits.ends_with("m")) unit = 60, digits.remove_suffix(1);
  const auto number = parse_int(digits);
  if (!number || *number < 1 || *number > 1'000'000)
    return make_error(Code::usage, "a time such as 60s or 5m", "'" + budget + "'").at_slot("--budget");
  return static_cast<double>(*number) * unit;
}

Status check_options(const Options& o) {
  if (o.pictures.data.empty() == o.inputs.empty())
    return make_error(Code::usage, "either --data or --inputs", o.inputs.empty() ? "none" : "both");
  if (!o.inputs.empty() && !(o.recipe + o.recipe_a + o.recipe_b).empty())
    return make_error(Code::usage, "--recipe together with --data, for tensors are taken as they are", "--inputs");
  return check_destination(o.json, {o.a, o.b, o.inputs, o.pictures.data});
}

// One conversion; the recipes are those of the whole chain's ends where a file stands at one.
Result<study::Localization> localize(const Options& o, const std::string& source, const std::string& target) {
  study::LocalizeOptions options{o.pictures.images, o.pictures.seed, 60};
  DLAS_ASSIGN(options.seconds, seconds_of(o.budget));
  std::vector<data::NamedTensor> arrays;
  if (!o.inputs.empty()) {
    DLAS_ASSIGN(arrays, data::read_arrays(o.inputs));
  }
  DLAS_ASSIGN(Model loaded_a, load_with_weights(source, source == o.a ? o.weights_a : ""));
  DLAS_ASSIGN(Model loaded_b, load_with_weights(target, target == o.b ? o.weights_b : ""));
  DLAS_ASSIGN(const study::Opened a, study::open_model(std::move(loaded_a), {}, arrays));
  DLAS_ASSIGN(const study::Opened b, study::open_model(std::move(loaded_b), {}, arrays));
  if (!o.inputs.empty()) {
    DLAS_TRY(study::check_arrays(arrays, o.inputs, {&a, &b}));
    DLAS_ASSIGN(std::vector<Tensor> of_a, study::inputs_by_name(a.graph(), arrays));
    DLAS_ASSIGN(std::vector<Tensor> of_b, study::inputs_by_name(b.graph(), arrays));
    return study::localize_tensors({source, a.executor.get(), {}}, {target, b.executor.get(), {}},
                                   {{std::move(of_a), std::move(of_b)}}, options);
  }
  const std::string& between = o.recipe.empty() ? o.recipe_a : o.recipe;
  DLAS_ASSIGN(const study::Chosen recipe_a,
              study::choose_recipe(source == o.a ? own(o.recipe_a, o.recipe) : between, a));
  DLAS_ASSIGN(const study::Chosen recipe_b,
              study::choose_recipe(target == o.b ? own(o.recipe_b, o.recipe) : between, b));
  DLAS_ASSIGN(const data::Dataset dataset, data::open_dataset(o.pictures.data));
  return study::localize_pictures({source, a.executor.get(), recipe_a.recipe},
                                  {target, b.executor.get(), recipe_b.recipe}, dataset, options);
}

Result<study::Localization> localize(const Options& o) {
  DLAS_TRY(check_options(o));
  DLAS_ASSIGN(study::Localization result, localize(o, o.a, o.b));
  std::string source = o.a;
  for (std::size_t i = 0; i <= o.chain.size() && !o.chain.empty(); ++i) {
    const std::string& target = i < o.chain.size() ? o.chain[i] : o.b;
    DLAS_ASSIGN(const study::Localization link, localize(o, source, target));
    result.chain.push_back(
        {source, target, std::ssize(link.findings), link.findings.empty() ? "" : link.findings[0].diagnosis});
    source = target;
  }
  return result;
}

Result<int> localize_and_write(const Options& o) {
  DLAS_ASSIGN(study::Localization result, localize(o));
  result.command = typed();
  if (!o.json.empty()) DLAS_TRY(deliver(o.json, pretty(study::to_json(result))));
  if (o.json != "-") print(localize_text(result));
  return result.findings.empty() ? kAgree : kDifferent;
}

void declare(CLI::App& command, Options& o) {
  add_model(command, "SOURCE", o.a, kModelHelp);
  add_model(command, "TARGET", o.b, "the file that a converter made of it");
  add_picture_options(command, o.pictures);
  o.pictures.images = 32;
  add_recipe_option(command, "--recipe", o.recipe, "how a picture becomes the input, for both: a preset or words");
  add_recipe_option(command, "--recipe-a", o.recipe_a, "the same for SOURCE alone");
  add_recipe_option(command, "--recipe-b", o.recipe_b, "the same for TARGET alone");
  add_inputs_option(command, o.inputs);
  command.add_option("--budget", o.budget, "no further image is taken after this time: 60s, 5m")
      ->type_name("TIME")
      ->capture_default_str();
  command.add_option("--json", o.json, "write the findings as JSON; - for standard output")->type_name("FILE");
  command
      .add_option("--chain", o.chain, "files that lie between SOURCE and TARGET, in order: which conversion did it?")
      ->type_name("FILE");
  add_weights_option(command, "--weights-from-a", o.weights_a);
  add_weights_option(command, "--weights-from-b", o.weights_b);
  command.footer(
      "Examples:\n"
      "  dlas localize a.onnx b.tflite --data photos --recipe torchvision\n"
      "  dlas localize a.onnx b.tflite --data photos --images 2 --json - --recipe \\\n"
      "    'resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet)'\n"
      "Exit status 0: no finding; 1: findings; 2: input or usage");
}

}  // namespace

void add_localize(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("localize", "what went wrong in a conversion, and where?");
  auto options = std::make_shared<Options>();
  declare(*command, *options);
  command->callback([options, &status] { status = conclude(localize_and_write(*options), options->json == "-"); });
}

}  // namespace dlas::cli
