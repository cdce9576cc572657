// A convolution with what scales and shifts its channels behind it:  y = factor (weights * x + bias) + shift, a channel each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/graph/graph.h"
#include "study/repair/edit.h"

namespace dlas::study {

struct LinearLayer {
  std::size_t channels = 0;
  std::vector<double> weights;              // channel by channel: out, in, height, width
  std::vector<double> bias, factor, shift;  // a channel each
  const Value* weights_value = nullptr;     // the constants of the graph; null: there is none
  const Value* bias_value = nullptr;        // of the convolution
  const Value* factor_value = nullptr;      // a factor a channel: of BatchNormalization or Mul
  const Value* shift_value = nullptr;       // added last: of BatchNormalization or Add
  std::vector<double> mean;                 // taken off before the factor, by BatchNormalization; else 0
  std::vector<std::int64_t> order;          // of the axes of the stored weights: out, in, height, width

  std::vector<double> total_weights() const;
  std::vector<double> total_shift() const;
  // Edits of this layer after which its total is that; nothing where it has no constant for it, or a factor is 0.
  std::optional<Edit> with_total_weights(const std::vector<double>& total) const;
  std::optional<Edit> with_total_shift(const std::vector<double>& total) const;
  std::vector<Edit> with_factor_and_shift(const std::vector<double>& total_factor,
                                          const std::vector<double>& total) const;
  // What the weights must be multiplied with, channel by channel, to be `total`, when that is all that is between them.
  std::optional<std::vector<double>> proportions(const std::vector<double>& total, double tolerance) const;
};

// Of a Conv of two spatial axes, or of a node behind one that belongs to its layer.
std::optional<LinearLayer> linear_layer(const Graph& graph, NodeId node);

}  // namespace dlas::study
