// What a TorchScript archive holds besides tensors: modules with their attributes, classes and functions with their source.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/format/torch/archive.h"
#include "model/format/torch/build.h"
#include "model/format/torch/script/script_tree.h"
#include "model/format/torch/stored_tensor.h"

namespace dlas::torch {

struct Callable {
  const Tree* tree = nullptr;
  const Function* function = nullptr;  // null: a class, to be made
  const Class* type = nullptr;
  std::string file;  // "code/__torch__/torch/nn/functional.py"
};

class ScriptObjects {
 public:
  static Result<ScriptObjects> open(Archive& archive);

  Object root() const { return {data_.root, "", ""}; }
  // An attribute: the same cell each time, so that a change in place is seen.
  // Errors: not_found with the name of the attribute.
  Result<Datum> attribute(const Object& object, std::string_view name, Build& build);
  Result<Datum> constant(std::string_view name, Build& build);  // CONSTANTS.c0
  Result<Callable> method(const Object& object, std::string_view name);
  // A function or class by its whole name, "__torch__.torch.nn.functional.relu".
  Result<Callable> callable(std::string_view qualified);
  // Sizes of the inputs that a trace was made with; nothing for a script.
  std::vector<Layout> traced_inputs();

 private:
  explicit ScriptObjects(Archive& archive) : archive_(&archive) {}
  Result<const Tree*> tree(const std::string& file);
  Result<Datum> datum(const pickle::Pickle& pickle, pickle::Id id, const std::string& path, std::string_view folder,
                      Build& build, int depth);
  Result<Datum> made(const pickle::Pickle& pickle, pickle::Id id, const std::string& path, std::string_view folder,
                     Build& build, int depth);

  Archive* archive_;
  pickle::Pickle data_, constants_;
  std::map<std::string, Tree, std::less<>> trees_;
  std::map<std::pair<std::uint32_t, std::string>, Datum> attributes_;
  std::uint64_t visited_ = 0;                         // values that were unfolded
  std::map<std::string, Datum, std::less<>> shared_;  // constants, by name
  CopyBudget budget_;
};

}  // namespace dlas::torch
