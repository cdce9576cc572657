// What the two halves of `dlas run` share.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "study/open/opened.h"

namespace dlas::cli {

struct RunOptions {
  std::string model, weights_from, signature, recipe, inputs, outputs, kernels = "reference", on = "auto";
  PictureOptions pictures;
  std::vector<std::string> keep;
  int top = 5;
  bool json = false;
};

Status run_pictures(const study::Opened& model, const RunOptions& o);
Status run_tensors(const study::Opened& model, const std::vector<data::NamedTensor>& arrays, const RunOptions& o);

}  // namespace dlas::cli
