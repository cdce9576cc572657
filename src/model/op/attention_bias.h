// What Attention adds to the scores of a query: the mask, and minus infinity for keys that it must not see.
#pragma once

#include <span>
#include <vector>

#include "model/op/op.h"

namespace dlas::op {

struct AttentionBounds {
  bool causal = false;
  std::int64_t left = -1, right = -1;  // how many keys before and after its own place a query sees; -1: all
  std::int64_t total = 0;              // keys
  std::int64_t past = 0;               // keys that came before the first query
};

class AttentionBias {
 public:
  // `mask` bool (true: seen) or floats, broadcast to [batch, heads, queries, its own last size]; shorter rows are
  // continued with "not seen". `valid`: int64 [batch], keys from there on are padding. Both may be absent.
  AttentionBias(const AttentionBounds& bounds, const Tensor& mask, const Tensor& valid, std::int64_t batch,
                std::int64_t heads, std::int64_t queries);

  // The numbers to add for one query, as many as there are keys.
  void row(std::int64_t sample, std::int64_t head, std::int64_t query, std::span<double> out) const;

 private:
  bool sees(std::int64_t sample, std::int64_t query, std::int64_t key) const;
  AttentionBounds bounds_;
  std::int64_t queries_;
  std::vector<double> mask_;
  std::int64_t mask_keys_ = 0;
  Strides mask_strides_;
  std::vector<std::int64_t> valid_;
};

}  // namespace dlas::op
