#include "hardware/accelerator/sigma/groups.h"

#include <algorithm>

namespace dlas::accelerator::sigma {

std::optional<Group> Groups::next() {
  if (row_ >= bits_.rows()) return std::nullopt;
  Group group;
  group.first = row_;
  group.from = index_;
  group.continued = index_ > 0;
  if (group.continued) take_fold(group);
  else take_whole(group);
  group.mapped = static_cast<std::int64_t>(group.places.size());
  index_ = group.to == bits_.columns() ? 0 : group.to;
  if (group.to == bits_.columns()) row_ += static_cast<std::int64_t>(group.neurons.size());
  return group;
}

void Groups::map(Group& group, std::int64_t index) const {
  const auto used = static_cast<std::int32_t>(group.places.size()) + (group.continued ? 1 : 0);
  group.places.push_back({index, used});
}

void Groups::take_fold(Group& group) {
  std::int64_t j = index_;
  for (; j < bits_.columns() && static_cast<std::int64_t>(group.places.size()) < multipliers_ - 1; ++j)
    if (bits_.at(row_, j)) map(group, j);
  group.neurons.push_back({static_cast<std::int64_t>(group.places.size()) + 1, true});
  group.to = empty_from(row_, j) ? bits_.columns() : j;
}

void Groups::take_whole(Group& group) {
  group.to = bits_.columns();
  for (std::int64_t row = row_; row < bits_.rows(); ++row) {
    const std::size_t before = group.places.size();
    std::int64_t j = 0;
    for (; j < bits_.columns() && static_cast<std::int64_t>(group.places.size()) < multipliers_; ++j)
      if (bits_.at(row, j)) map(group, j);
    const auto size = static_cast<std::int64_t>(group.places.size() - before);
    if (size > 0 && empty_from(row, j)) {
      group.neurons.push_back({size, false});
      continue;
    }
    if (group.neurons.empty()) {  // too large for the array: its first fold
      group.neurons.push_back({size, false});
      group.to = j;
    } else {
      group.places.resize(before);
    }
    return;
  }
}

bool Groups::empty_from(std::int64_t row, std::int64_t index) const {
  for (std::int64_t j = index; j < bits_.columns(); ++j)
    if (bits_.at(row, j)) return false;
  return true;
}

Setting Group::setting() const {
  Setting s;
  s.neurons = neurons;
  s.front_always = true;
  return s;
}

Wave Group::weights(const Configuration& configuration) const {
  Wave wave(configuration.read_ports, configuration.lanes_per_port());
  for (const Place& place : places) wave.add(std::span(&place.lane, 1));
  return wave;
}

Wave Group::inputs(const Configuration& configuration) const {
  Wave wave(configuration.read_ports, configuration.lanes_per_port());
  std::vector<Place> sorted = places;
  std::ranges::stable_sort(sorted, {}, &Place::index);
  std::vector<std::int32_t> lanes;
  for (std::size_t i = 0; i < sorted.size();) {
    lanes.clear();
    const std::int64_t index = sorted[i].index;
    for (; i < sorted.size() && sorted[i].index == index; ++i) lanes.push_back(sorted[i].lane);
    wave.add(lanes);
  }
  return wave;
}

Status validate(const SparseProduct& operands) {
  const Bitmap &sta = operands.stationary, &str = operands.streamed;
  if (sta.rows() < 1 || sta.columns() < 1 || str.rows() < 1)
    return make_error(Code::usage, "matrices of at least one row and column", "an empty one");
  if (sta.columns() != str.columns())
    return make_error(Code::usage, "operands of the same k",
                      std::to_string(sta.columns()) + " and " + std::to_string(str.columns()));
  for (std::int64_t row = 0; row < sta.rows(); ++row)
    if (sta.count(row) == 0)
      return make_error(Code::unsupported, "a non-zero in every stationary vector (STONNE loses count otherwise)",
                        "none in vector " + std::to_string(row));
  return {};
}

std::vector<std::int64_t> streamed_by_index(const Bitmap& streamed) {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(streamed.columns()));
  for (std::int64_t row = 0; row < streamed.rows(); ++row)
    for (std::int64_t j = 0; j < streamed.columns(); ++j) sums[static_cast<std::size_t>(j)] += streamed.at(row, j);
  return sums;
}

}  // namespace dlas::accelerator::sigma
