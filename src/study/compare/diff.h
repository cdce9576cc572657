// Do two models agree on real images, how surely, and where do they part? The whole of `dlas diff` as a value.
//
// Each picture is decoded once and given to both sides through their own recipes. Answers are compared as the user sees
// them (top-1, top-5, accuracy), as numbers (logits), and value by value along the aligned graphs (align.h), where the
// first divergence is the earliest pair with an error beyond the noise floor of both sides (noise.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/npy.h"
#include "study/compare/align.h"
#include "study/compare/wiring.h"
#include "study/statistics/interval.h"

namespace dlas::study {

enum class Verdict { identical, rounding, quantisation, different };
std::string_view text(Verdict verdict);  // "identical", "explained by rounding", ...

struct DiffOptions {
  std::int64_t images = 1000;                 // how many of the dataset; all when it has fewer
  std::uint64_t seed = 1;                     // which
  std::int64_t curve = 8;                     // pictures for the error curve
  std::vector<std::string> names_a, names_b;  // of the outputs, for the flips: A's, else B's, else the dataset's
};

// A picture with another answer.
struct Flip {
  std::string image;
  std::string answer_a, answer_b;  // names of the classes where known, else numbers
  std::optional<std::string> label;
  double margin = 0;      // of A between its two best
  double deviation = 0;   // largest difference of a logit
  bool near_tie = false;  // noise can turn the two best: the margin is at most sqrt(2) x what is explained of a score
  std::int64_t item = 0;  // position in the dataset
  std::string png;        // a small copy of the picture, for some (flip_pictures.h)
};

struct ValuePair {
  std::string name_a, name_b, op_a, op_b;
  std::string type_a, type_b;
  std::string layout;   // "", or the axes of b in a's order: "0,3,1,2"
  double relative = 0;  // largest over the pictures of |a - b| / |a|
  double largest = 0;   // largest |a - b|
  double floor = 0;     // what rounding and quantisation explain: kExplained x the noise of both sides (noise.h)
  double rms = 0;       // root mean square of A's value, the largest over the pictures
  bool diverges = false;
};

struct SideReport {
  std::string name, executor, recipe;
  std::int64_t correct = 0;  // when there are labels
  Interval accuracy;
  Median milliseconds;
  bool agrees_with_itself = true;  // the same picture twice gives the same bits
  int first_class = 0;             // position of class 0 among the outputs: 1 behind "background"
  Wiring graph;                    // as the executor has it: names of values[] are found here
};

struct Difference {
  std::string command;  // what the user typed, empty for a call of the API
  std::string data;
  std::uint64_t seed = 1;
  std::int64_t images = 0;
  SideReport a, b;
  bool classifies = false;  // the outputs are scores of classes: the next seven say something
  std::int64_t differ = 0;  // pictures with another top-1
  Interval rate;
  double overlap = 1;          // mean rank-biased overlap of the top 5
  std::int64_t near_ties = 0;  // of `differ`
  double logit_largest = 0, logit_mean = 0;
  std::vector<Flip> flips;
  bool labelled = false;  // accuracy and test say something
  std::int64_t only_a = 0, only_b = 0;
  double mcnemar = 1;
  bool outputs_equal = true;  // every output value of every picture
  std::vector<ValuePair> values;
  std::optional<std::size_t> first_divergence;  // position in `values`
  bool quantised = false;                       // a side computes with quantised values
  std::optional<std::size_t> output;            // the first outputs' position in `values`
  bool outputs_compared = true;                 // every output of A has a counterpart of its shape in B
  Verdict verdict = Verdict::different;
  std::vector<std::string> notes;
};

// Errors: of reading pictures (each unreadable one ends the comparison), recipes and execution; mismatch when the numbers
//         of classes do not fit; cancelled.
Result<Difference> diff(Side a, Side b, const data::Dataset& dataset, const DiffOptions& options);

// The same for tensors of any task: both models get the arrays under the names of their inputs, or a lone array as the
// only input (check_arrays() has refused one of a wrong name). There are no answers then, only values.
Result<Difference> diff_tensors(Side a, Side b, const std::vector<data::NamedTensor>& arrays);

// Arrays in the order of the graph's inputs.  Errors: not_found naming the input and what there is.
Result<std::vector<Tensor>> inputs_by_name(const Graph& graph, const std::vector<data::NamedTensor>& arrays);

}  // namespace dlas::study
