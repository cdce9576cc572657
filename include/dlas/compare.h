// Do two models agree, how surely, and where do they part?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dlas/model.h"

namespace dlas {
inline namespace v1 {

// Pictures, and how they become the inputs of the two models.
struct Pictures {
  std::string data;            // a folder, IDX, CIFAR, list.csv or one picture: docs/formats.md
  std::string recipe_a;        // words or a preset: docs/recipes.md; empty: what the file's own metadata say
  std::string recipe_b;        // the same for the other model
  std::int64_t images = 1000;  // how many of them; all when there are fewer
  std::uint64_t seed = 1;      // which
};

// A share of pictures with its exact (Clopper-Pearson) interval at 95 %. All from 0 to 1.
struct Rate {
  double value = 0, low = 0, high = 1;
};

// Where two models part: the first pair of values whose error noise does not explain.
struct Divergence {
  std::string value_a, value_b;  // names in the two files
  double relative = 0;           // |a - b| / |a| in the L2 norm
  double explained = 0;          // what rounding and quantisation explain of it
};

// The outcome of a comparison. `json` holds all of it; docs/diff-json.md is its schema.
struct Comparison {
  std::string verdict;         // "identical", "explained by rounding" or "... quantisation", "different"
  std::int64_t images = 0;     // pictures, or 1 for tensors
  std::optional<Rate> differ;  // pictures with another answer; none when the outputs are no scores
  std::optional<Rate> accuracy_a, accuracy_b;  // when all pictures have labels
  std::optional<Divergence> first_divergence;  // none when nothing diverges
  std::string json;                            // schema dlas.diff/1
};

// Runs both models on pictures.
//
// Requires: each model has one input, which takes one picture.
// Errors:   as run(); usage when nothing says how a model's input is made; mismatch when the models have other numbers of
//           classes; of reading the pictures: one that cannot be read ends the comparison.
// Threads:  works on several pictures at once. May be called from several threads.
// Cost:     one run of each model a picture, a few more for the values inside.
Result<Comparison> compare(const Model& a, const Model& b, const Pictures& pictures);

// Runs both models on one set of tensors, for any task.
//
// Requires: `inputs` has every input of both models under its name.
// Errors:   as run().
Result<Comparison> compare(const Model& a, const Model& b, const Tensors& inputs);

}  // namespace v1
}  // namespace dlas
