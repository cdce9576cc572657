#include "model/op/recurrent_activation.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace dlas::op {
namespace {

// Defaults of alpha and beta where ONNX's text names them, else those of the operator of the name.
constexpr NamedActivation kActivations[] = {
    {"Affine", true, true, 1, 0, [](double x, double a, double b) { return a * x + b; }},
    {"Elu", true, false, 1, 0, [](double x, double a, double) { return x < 0 ? a * std::expm1(x) : x; }},
    {"HardSigmoid", true, true, 0.2, 0.5, [](double x, double a, double b) { return std::clamp(a * x + b, 0.0, 1.0); }},
    {"LeakyRelu", true, false, 0.01, 0, [](double x, double a, double) { return x < 0 ? a * x : x; }},
    {"Relu", false, false, 0, 0, [](double x, double, double) { return std::max(x, 0.0); }},
    {"ScaledTanh", true, true, 1, 1, [](double x, double a, double b) { return a * std::tanh(b * x); }},
    {"Sigmoid", false, false, 0, 0, [](double x, double, double) { return 1 / (1 + std::exp(-x)); }},
    {"Softplus", false, false, 0, 0, [](double x, double, double) { return std::log1p(std::exp(x)); }},
    {"Softsign", false, false, 0, 0, [](double x, double, double) { return x / (1 + std::fabs(x)); }},
    {"Tanh", false, false, 0, 0, [](double x, double, double) { return std::tanh(x); }},
    {"ThresholdedRelu", true, false, 1, 0, [](double x, double a, double) { return x >= a ? x : 0; }},
};

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

const NamedActivation* find_activation(std::string_view name) {
  const auto it = std::ranges::find_if(kActivations, [&](const NamedActivation& a) { return same_word(a.name, name); });
  return it == std::end(kActivations) ? nullptr : it;
}

}  // namespace dlas::op
