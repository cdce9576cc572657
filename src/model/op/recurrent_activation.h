// The activations that RNN, GRU and LSTM take by name.                                                    ONNX opset 7 to 22
#pragma once

#include <functional>
#include <optional>
#include <string_view>

namespace dlas::op {

struct NamedActivation {
  std::string_view name;
  bool alpha, beta;  // takes a number of activation_alpha, of activation_beta
  double default_alpha, default_beta;
  double (*f)(double x, double alpha, double beta);
};

// Null when there is none of the name; capital letters do not matter, as in ONNX Runtime.
const NamedActivation* find_activation(std::string_view name);

}  // namespace dlas::op
