// dlas diff: do two models agree, how surely, and where do they part?
#include "cli/diff.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "cli/options.h"
#include "model/format/weights.h"
#include "report/overlay.h"
#include "report/page.h"
#include "study/compare/json.h"
#include "study/open/opened.h"

namespace dlas::cli {
namespace {

struct Options {
  std::string a, b, inputs, recipe, recipe_a, recipe_b, html, json, overlay;
  std::string kernels = "reference", kernels_a, kernels_b;
  std::string on = "auto", on_a, on_b;
  std::string weights_a, weights_b, signature_a, signature_b;
  PictureOptions pictures;
  std::int64_t curve = 8;
};

const std::string& own(const std::string& of_side, const std::string& of_both) {
  return of_side.empty() ? of_both : of_side;
}

void add_remarks(const char* which, const study::Opened& model, const study::Chosen* recipe,
                 std::vector<std::string>& notes) {
  for (const std::string& remark : model.remarks) notes.push_back(std::string(which) + ": " + remark);
  if (recipe && recipe->origin != "given") notes.push_back(std::string(which) + ": recipe from " + recipe->origin);
}

// A list of names that the user gave need fit only one of the models: the other may have "background" before them.
Status name_classes(const std::string& labels, const study::Opened& a, const study::Opened& b,
                    study::DiffOptions& options) {
  auto of_a = study::class_names(labels, a), of_b = study::class_names(labels, b);
  if (!of_a.ok() && !of_b.ok()) return std::move(of_a).error();
  if (of_a.ok()) options.names_a = std::move(of_a->names);
  if (of_b.ok()) options.names_b = std::move(of_b->names);
  return {};
}

Result<study::Difference> compare_pictures(const Options& o, const study::Opened& a, const study::Opened& b) {
  DLAS_ASSIGN(const study::Chosen recipe_a, study::choose_recipe(own(o.recipe_a, o.recipe), a));
  DLAS_ASSIGN(const study::Chosen recipe_b, study::choose_recipe(own(o.recipe_b, o.recipe), b));
  DLAS_ASSIGN(const data::Dataset dataset, data::open_dataset(o.pictures.data));
  study::DiffOptions options{o.pictures.images, o.pictures.seed, o.curve, {}, {}};
  DLAS_TRY(name_classes(o.pictures.labels, a, b, options));
  DLAS_ASSIGN(study::Difference difference, study::diff({o.a, a.executor.get(), recipe_a.recipe},
                                                        {o.b, b.executor.get(), recipe_b.recipe}, dataset, options));
  add_remarks("A", a, &recipe_a, difference.notes);
  add_remarks("B", b, &recipe_b, difference.notes);
  return difference;
}

Result<study::Difference> compare_tensors(const Options& o, const study::Opened& a, const study::Opened& b,
                                          const std::vector<data::NamedTensor>& arrays) {
  DLAS_TRY(study::check_arrays(arrays, o.inputs, {&a, &b}));
  auto difference = study::diff_tensors({o.a, a.executor.get(), {}}, {o.b, b.executor.get(), {}}, arrays);
  if (!difference.ok()) return std::move(difference).error().in(o.inputs);
  add_remarks("A", a, nullptr, difference->notes);
  add_remarks("B", b, nullptr, difference->notes);
  return difference;
}

Status check_options(const Options& o) {
  if (o.pictures.data.empty() == o.inputs.empty())
    return make_error(Code::usage, "either --data or --inputs", o.inputs.empty() ? "none" : "both");
  if (!o.inputs.empty() && !(o.recipe + o.recipe_a + o.recipe_b).empty())
    return make_error(Code::usage, "--recipe together with --data, for tensors are taken as they are", "--inputs");
  for (const std::string& path : {o.html, o.json, o.overlay})
    DLAS_TRY(check_destination(path, {o.a, o.b, o.inputs, o.pictures.data, o.pictures.labels}));
  DLAS_TRY(check_different({{"--html", o.html}, {"--json", o.json}, {"--overlay", o.overlay}}));
  return {};
}

Result<study::Difference> compare(const Options& o) {
  DLAS_TRY(check_options(o));
  DLAS_ASSIGN(const Traits traits_a, study::traits_of(own(o.kernels_a, o.kernels)));
  DLAS_ASSIGN(const Traits traits_b, study::traits_of(own(o.kernels_b, o.kernels)));
  DLAS_ASSIGN(const auto on_a, compiler::parse_executor(own(o.on_a, o.on)));
  DLAS_ASSIGN(const auto on_b, compiler::parse_executor(own(o.on_b, o.on)));
  std::vector<data::NamedTensor> arrays;
  if (!o.inputs.empty()) {
    DLAS_ASSIGN(arrays, data::read_arrays(o.inputs));
  }
  DLAS_ASSIGN(Model loaded_a, load_with_weights(o.a, o.weights_a, o.signature_a));
  DLAS_ASSIGN(Model loaded_b, load_with_weights(o.b, o.weights_b, o.signature_b));
  DLAS_ASSIGN(const study::Opened a, study::open_model(std::move(loaded_a), traits_a, arrays, on_a));
  DLAS_ASSIGN(const study::Opened b, study::open_model(std::move(loaded_b), traits_b, arrays, on_b));
  return o.inputs.empty() ? compare_pictures(o, a, b) : compare_tensors(o, a, b, arrays);
}

Result<int> compare_and_write(const Options& o) {
  DLAS_ASSIGN(study::Difference difference, compare(o));
  difference.command = typed();
  const std::string json = pretty(study::to_json(difference));
  if (!o.html.empty() || !o.overlay.empty()) {
    DLAS_ASSIGN(const nlohmann::json parsed, study::parse_diff(json));
    if (!o.html.empty()) DLAS_TRY(deliver(o.html, report::page(parsed)));
    if (!o.overlay.empty()) DLAS_TRY(deliver(o.overlay, pretty(report::overlay(parsed))));
  }
  if (!o.json.empty()) DLAS_TRY(deliver(o.json, json));
  std::string text = diff_text(difference);
  if (!o.html.empty()) text += "page      " + for_terminal(o.html) + "\n";
  if (o.json != "-" && o.html != "-") print(text);
  return difference.verdict == study::Verdict::different ? kDifferent : kAgree;
}

void declare(CLI::App& command, Options& o) {
  add_model(command, "A", o.a, kModelHelp);
  add_model(command, "B", o.b, "the model to compare with it");
  add_picture_options(command, o.pictures);
  add_recipe_option(command, "--recipe", o.recipe, "how a picture becomes the input, for both: a preset or words");
  add_recipe_option(command, "--recipe-a", o.recipe_a, "the same for A alone");
  add_recipe_option(command, "--recipe-b", o.recipe_b, "the same for B alone");
  add_inputs_option(command, o.inputs);
  command.add_option("--curve", o.curve, "pictures for the error curve")
      ->check(CLI::Range(1, 10'000))
      ->type_name("N")
      ->capture_default_str();
  add_kernels_option(command, "--kernels", o.kernels,
                     "quantised arithmetic of LiteRT's reference, builtin or xnnpack, for both");
  add_kernels_option(command, "--kernels-a", o.kernels_a, "the same for A alone");
  add_kernels_option(command, "--kernels-b", o.kernels_b, "the same for B alone");
  add_on_option(command, "--on", o.on, std::string(kOnHelp) + ", for both");
  add_on_option(command, "--on-a", o.on_a, "the same for A alone");
  add_on_option(command, "--on-b", o.on_b, "the same for B alone");
  add_weights_option(command, "--weights-from-a", o.weights_a);
  add_weights_option(command, "--weights-from-b", o.weights_b);
  add_signature_option(command, "--signature-a", o.signature_a);
  add_signature_option(command, "--signature-b", o.signature_b);
  command.add_option("--html", o.html, "write a page for people")->type_name("FILE");
  command.add_option("--json", o.json, "write the figures as JSON; - for standard output")->type_name("FILE");
  command.add_option("--overlay", o.overlay, "write the errors as node data for Model Explorer")->type_name("FILE");
  command.footer(
      "Examples:\n"
      "  dlas diff a.onnx b.tflite --data photos --recipe torchvision --html report.html\n"
      "  dlas diff a.onnx b.tflite --data photos --recipe-a torchvision --recipe-b keras-torch --json out.json\n"
      "  dlas diff a.onnx b.tflite --data photos --images 2 --seed 7 --json - --recipe \\\n"
      "    'resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet)'\n"
      "  dlas diff a.onnx b.tflite --inputs x.npz\n"
      "Exit status 0: no difference beyond what rounding or quantisation explain; 1: different; 2: input or usage");
}

}  // namespace

void add_diff(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("diff", "do two models agree on real images, and where do they part?");
  auto options = std::make_shared<Options>();
  declare(*command, *options);
  command->callback([options, &status] { status = conclude(compare_and_write(*options), options->json == "-"); });
}

}  // namespace dlas::cli
