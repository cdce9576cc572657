// Options that several commands have, so that a flag means the same everywhere.
#pragma once

#include <cstdint>
#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace dlas::cli {

struct PictureOptions {
  std::string data, labels;
  std::int64_t images = 1000;
  std::uint64_t seed = 1;
};

// What every reader takes; the program tells formats apart by content.
inline constexpr const char* kModelHelp =
    "a model: .onnx, .tflite, .h5, .keras, .pb, a SavedModel, .pt2, .pt or .safetensors";

inline constexpr const char* kOnHelp =
    "who computes: reference, compiled, compiled:avx2,level=0,threads=2,-choose_layout, or auto: compiled for floats";

void add_picture_options(CLI::App& command, PictureOptions& o);
void add_inputs_option(CLI::App& command, std::string& inputs);
CLI::Option* add_model(CLI::App& command, const std::string& name, std::string& path, const std::string& what);
CLI::Option* add_recipe_option(CLI::App& command, const std::string& name, std::string& recipe,
                               const std::string& what);
CLI::Option* add_on_option(CLI::App& command, const std::string& name, std::string& on, const std::string& what);
CLI::Option* add_weights_option(CLI::App& command, const std::string& name, std::string& path);
CLI::Option* add_signature_option(CLI::App& command, const std::string& name, std::string& signature);
CLI::Option* add_kernels_option(CLI::App& command, const std::string& name, std::string& kernels,
                                const std::string& what);

}  // namespace dlas::cli
