// Where the channels of an image-like tensor are. Axis 0 is the batch.
#pragma once

#include <array>
#include <string_view>

#include "model/op/op.h"

namespace dlas::op {

enum class Layout { channels_first, channels_last };
inline constexpr std::array<std::string_view, 2> kLayoutNames{"NCHW", "NHWC"};

inline std::size_t channel_axis(Layout layout, std::size_t rank) {
  return layout == Layout::channels_first ? 1 : rank - 1;
}
inline std::size_t first_spatial(Layout layout) { return layout == Layout::channels_first ? 2 : 1; }

// The sizes between batch and channels.  REQUIRES: at least two axes.
template <typename T>
std::vector<T> spatial(Layout layout, const std::vector<T>& shape) {
  const auto begin = shape.begin() + static_cast<std::ptrdiff_t>(first_spatial(layout));
  return {begin, begin + static_cast<std::ptrdiff_t>(shape.size() - 2)};
}

template <typename T>
std::vector<T> arranged(Layout layout, T batch, T channels, const std::vector<T>& spatial_sizes) {
  std::vector<T> out{batch};
  if (layout == Layout::channels_first) out.push_back(channels);
  out.insert(out.end(), spatial_sizes.begin(), spatial_sizes.end());
  if (layout == Layout::channels_last) out.push_back(channels);
  return out;
}

// Elements in the order batch, place, channel; and back into the order of `layout`.
inline std::vector<double> channels_last(Layout layout, std::vector<double> values, std::int64_t batch,
                                         std::int64_t channels, std::int64_t places) {
  if (layout == Layout::channels_last) return values;
  std::vector<double> out(values.size());
  for (std::int64_t n = 0; n < batch; ++n)
    for (std::int64_t c = 0; c < channels; ++c)
      for (std::int64_t p = 0; p < places; ++p)
        out[static_cast<std::size_t>((n * places + p) * channels + c)] =
            values[static_cast<std::size_t>((n * channels + c) * places + p)];
  return out;
}
inline std::vector<double> from_channels_last(Layout layout, std::vector<double> values, std::int64_t batch,
                                              std::int64_t channels, std::int64_t places) {
  return layout == Layout::channels_last
             ? std::move(values)
             : channels_last(Layout::channels_first, std::move(values), batch, places, channels);
}

}  // namespace dlas::op
