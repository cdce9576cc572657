#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace dlas::cli {

void add_picture_options(CLI::App& command, PictureOptions& o) {
  command.add_option("--data", o.data, "pictures: a folder, IDX, CIFAR, a list.csv, one picture")->type_name("PATH");
  command.add_option("--images", o.images, "how many of the pictures")
      ->check(CLI::Range(1, 100'000'000))
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--seed", o.seed, "which of them: the same seed picks the same")
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--labels", o.labels, "names of the classes: a file with one a line, or imagenet")
      ->type_name("FILE");
}

void add_inputs_option(CLI::App& command, std::string& inputs) {
  command.add_option("--inputs", inputs, "tensors instead of pictures: .npz by input name, .npy for one input")
      ->type_name("FILE");
}

CLI::Option* add_model(CLI::App& command, const std::string& name, std::string& path, const std::string& what) {
  return command.add_option(name, path, what)->required()->type_name("");
}

CLI::Option* add_recipe_option(CLI::App& command, const std::string& name, std::string& recipe,
                               const std::string& what) {
  return command.add_option(name, recipe, what)->type_name("TEXT");
}

CLI::Option* add_on_option(CLI::App& command, const std::string& name, std::string& on, const std::string& what) {
  return command.add_option(name, on, what)->type_name("EXECUTOR")->capture_default_str();
}

CLI::Option* add_weights_option(CLI::App& command, const std::string& name, std::string& path) {
  return command.add_option(name, path, "a state dict or safetensors whose tensors replace those of the same names")
      ->type_name("FILE");
}

CLI::Option* add_signature_option(CLI::App& command, const std::string& name, std::string& signature) {
  return command.add_option(name, signature, "which function of a SavedModel; else serving_default")->type_name("NAME");
}

CLI::Option* add_kernels_option(CLI::App& command, const std::string& name, std::string& kernels,
                                const std::string& what) {
  return command.add_option(name, kernels, what)->type_name("WHOSE")->capture_default_str();
}

}  // namespace dlas::cli
