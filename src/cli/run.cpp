// dlas run: the answers of a model on pictures, with accuracy when labels are known; or any tensors in, any values out.
#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "base/file.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "model/format/weights.h"

namespace dlas::cli {
namespace {

Status check_outputs(const RunOptions& o) {
  DLAS_TRY(check_destination(o.outputs, {o.model, o.inputs, o.pictures.data, o.pictures.labels}));
  if (o.outputs.empty()) return {};
  const bool tensors = !o.inputs.empty();
  const std::string kind = extension_of(o.outputs);
  if (tensors ? kind == ".npz" || kind == ".npy" : kind == ".csv" || kind == ".json" || o.outputs == "-") return {};
  return make_error(Code::usage,
                    tensors ? "--outputs with a name that ends in .npz or .npy"
                            : "--outputs with a name that ends in .csv or .json, or -",
                    o.outputs);
}

Status run(const RunOptions& o) {
  if (o.pictures.data.empty() == o.inputs.empty())
    return make_error(Code::usage, "either --data or --inputs", o.inputs.empty() ? "none" : "both");
  if (o.inputs.empty() && !o.keep.empty()) return make_error(Code::usage, "--keep together with --inputs", "--data");
  if (!o.inputs.empty() && !o.recipe.empty())
    return make_error(Code::usage, "--recipe together with --data, for tensors are taken as they are", "--inputs");
  DLAS_TRY(check_outputs(o));
  DLAS_ASSIGN(const Traits traits, study::traits_of(o.kernels));
  DLAS_ASSIGN(const compiler::ExecutorSpec on, compiler::parse_executor(o.on));
  std::vector<data::NamedTensor> arrays;
  if (!o.inputs.empty()) {
    DLAS_ASSIGN(arrays, data::read_arrays(o.inputs));
  }
  DLAS_ASSIGN(Model loaded, load_with_weights(o.model, o.weights_from, o.signature));
  DLAS_ASSIGN(const study::Opened model, study::open_model(std::move(loaded), traits, arrays, on));
  return o.inputs.empty() ? run_pictures(model, o) : run_tensors(model, arrays, o);
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("run", "the answers of a model on pictures, or any tensors in and out");
  auto o = std::make_shared<RunOptions>();
  add_model(*command, "FILE", o->model, kModelHelp);
  add_picture_options(*command, o->pictures);
  add_recipe_option(*command, "--recipe", o->recipe, "how a picture becomes the input: a preset or words");
  command->add_option("--top", o->top, "how many answers an image")
      ->check(CLI::Range(1, 1000))
      ->type_name("N")
      ->capture_default_str();
  add_inputs_option(*command, o->inputs);
  command
      ->add_option("--outputs", o->outputs,
                   "write: with --inputs values as .npz or .npy, with --data answers as .csv or .json")
      ->type_name("FILE");
  command->add_option("--keep", o->keep, "names of values to give as well, with commas between")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("VALUE");
  add_kernels_option(*command, "--kernels", o->kernels,
                     "quantised arithmetic of LiteRT's reference, builtin or xnnpack");
  add_on_option(*command, "--on", o->on, kOnHelp);
  add_weights_option(*command, "--weights-from", o->weights_from);
  add_signature_option(*command, "--signature", o->signature);
  command->add_flag("--json", o->json, "as JSON");
  command->footer(
      "Examples:\n"
      "  dlas run a.onnx --data photos --recipe torchvision\n"
      "  dlas run a.onnx --data photos --recipe torchvision --labels imagenet --top 1 --outputs answers.csv\n"
      "  dlas run a.onnx --inputs x.npz --outputs y.npz --keep conv1,relu1\n"
      "  dlas run a.onnx --inputs x.npz --on compiled:level=0,threads=1 --json");
  command->callback([o, &status] { status = conclude(run(*o), o->json); });
}

}  // namespace dlas::cli
