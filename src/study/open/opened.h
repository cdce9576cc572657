// What the user named, opened: a model ready to run, the recipe for its input, the names of its classes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/executor_spec.h"
#include "data/npy.h"
#include "data/recipe.h"
#include "model/executor/executor.h"
#include "model/format/format.h"
#include "model/format/tflite/metadata.h"
#include "model/op/traits.h"

namespace dlas::study {

struct Opened {
  std::string path;
  std::unique_ptr<Executor> executor;
  std::optional<tflite::Metadata> metadata;  // what the file says about its pictures
  std::vector<std::string> remarks;          // "size 'batch' taken as 1"
  const Graph& graph() const { return executor->graph(); }
};

// The oracle, which is what computes unless something else is asked for.
inline const compiler::ExecutorSpec kReference{
    .kind = compiler::ExecutorSpec::Kind::reference, .target = {}, .changes = {}};

// Unknown sizes of the inputs are taken from `arrays` when there are some, else they become 1.
// Errors: of reading the file; of making the executor: one error with all operators that dlas does not know.
Result<Opened> open_model(const std::string& path, Traits traits = {},
                          const std::vector<data::NamedTensor>& arrays = {},
                          const compiler::ExecutorSpec& spec = kReference);
Result<Opened> open_model(Model model, Traits traits = {}, const std::vector<data::NamedTensor>& arrays = {},
                          const compiler::ExecutorSpec& spec = kReference);

// `--kernels`: whose quantised arithmetic.  Errors: usage; with the names there are.
Result<Traits> traits_of(const std::string& kernels);

// A recipe and where it comes from: "given", "preset torchvision for 224 pixels", "metadata of the file".
struct Chosen {
  data::Recipe recipe;  // with a layout
  std::string origin;
};

// `text` is words or the name of a preset, which then gets the size and layout of the model's input. Without text the
// file's own metadata decide.  Errors: usage with the list of presets when nothing says how the input is made.
Result<Chosen> choose_recipe(const std::string& text, const Opened& model);

// Names of a model's classes, by output.
struct ClassNames {
  std::vector<std::string> names;  // empty: not known
  std::string origin;              // "labels.txt in the file"
};

// `labels` is a file with one name a line, or "imagenet"; without it the label file in a TFLite model. A list that is one
// name short gets "background" in front.
// Errors: of reading; mismatch when the number of names is not that of the outputs.
Result<ClassNames> class_names(const std::string& labels, const Opened& model);

// "3 files beside the pictures were left out"; empty for none.
std::string left_out_text(std::uint64_t files);

// Errors: not_found with all names that the model has not, and the nearest of each.
Result<std::vector<ValueId>> values_named(const Opened& model, const std::vector<std::string>& names);

// Errors: not_found when an array is no model's input, with the names there are. The nameless array of a .npy serves a lone
// input. With two models of one input each an array may have the name of either.
Status check_arrays(const std::vector<data::NamedTensor>& arrays, const std::string& file,
                    std::initializer_list<const Opened*> models);

}  // namespace dlas::study
