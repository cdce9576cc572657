// A model's classes without "background", so that one of 1001 outputs can be compared with one of 1000.
//
// Networks from TensorFlow's first years give the class "background" before all others. Where one of two models has it, it is
// taken off: from the first output, and from the values behind it that hold the same classes along an axis, back to the
// operator that made classes of features (Conv, Gemm, MatMul and their kin). What a Softmax made is then divided by its new
// sum, for softmax(x[1:]) is softmax(x)[1:] over its sum; a LogSoftmax gets the logarithm of that sum subtracted.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "model/graph/graph.h"

namespace dlas::study {

// How many numbers the first output has when all but one of its axes are 1; else 0.
int class_outputs(const Graph& graph);

// What a value's numbers are.
enum class Scale { scores, probabilities, log_probabilities };
std::string_view scale_text(Scale scale);
Scale output_scale(const Graph& graph);  // of the first output

class Background {
 public:
  Background() = default;                   // takes nothing off
  explicit Background(const Graph& graph);  // takes output 0 off
  bool taken_off() const { return !cuts_.empty(); }
  // `real` are the numbers of value `id`, float32.
  Tensor without(ValueId id, Tensor real) const;

 private:
  struct Cut {
    std::size_t axis = 0;
    Scale scale = Scale::scores;
  };
  std::map<ValueId, Cut> cuts_;
};

}  // namespace dlas::study
