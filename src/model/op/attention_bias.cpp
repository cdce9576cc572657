#include "model/op/attention_bias.h"

#include <limits>

#include "model/op/real.h"

namespace dlas::op {
namespace {

constexpr double kUnseen = -std::numeric_limits<double>::infinity();

}  // namespace

AttentionBias::AttentionBias(const AttentionBounds& bounds, const Tensor& mask, const Tensor& valid, std::int64_t batch,
                             std::int64_t heads, std::int64_t queries)
    : bounds_(bounds), queries_(queries) {
  if (!valid.absent()) valid_ = valid.integers();
  if (mask.absent()) return;
  mask_ = reals(mask);
  if (mask.dtype() == DType::boolean)
    for (double& v : mask_) v = v != 0 ? 0 : kUnseen;
  mask_keys_ = mask.shape().back();
  mask_strides_ = broadcast_strides(mask.shape(), Shape{batch, heads, queries, mask_keys_});
}

// The place of a query among the keys follows those that came before: the past, or what is valid of a cache.
bool AttentionBias::sees(std::int64_t sample, std::int64_t query, std::int64_t key) const {
  std::int64_t offset = bounds_.past;
  if (!valid_.empty()) {
    const std::int64_t valid = valid_[static_cast<std::size_t>(sample)];
    if (key >= valid) return false;
    offset = valid - queries_;
  }
  const std::int64_t place = offset + query;
  if (bounds_.causal && key > place) return false;
  if (bounds_.left >= 0 && key < place - bounds_.left) return false;
  return bounds_.right < 0 || key - place <= bounds_.right;
}

void AttentionBias::row(std::int64_t sample, std::int64_t head, std::int64_t query, std::span<double> out) const {
  for (std::int64_t key = 0; key < bounds_.total; ++key) {
    double& bias = out[static_cast<std::size_t>(key)];
    bias = sees(sample, query, key) ? 0 : kUnseen;
    if (mask_strides_.empty() || bias == kUnseen) continue;
    const std::int64_t at =
        sample * mask_strides_[0] + head * mask_strides_[1] + query * mask_strides_[2] + key * mask_strides_[3];
    bias = key < mask_keys_ ? mask_[static_cast<std::size_t>(at)] : kUnseen;
  }
}

}  // namespace dlas::op
