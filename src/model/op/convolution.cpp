#include "model/op/convolution.h"

#include <algorithm>

namespace dlas::op {
namespace {

constexpr std::int64_t kBlock = 8;    // output channels that are summed at once, in registers
constexpr std::int64_t kChunk = 128;  // output places whose taps are listed at once

// Weights of one block of output channels: [taps, channels of the group, kBlock], filled up with zeros.
struct Panel {
  std::int64_t first = 0, width = 0, group = 0;
  std::vector<double> w;
};

Panel panel_of(const Convolution& c, const std::vector<double>& w, std::int64_t first, std::int64_t width,
               std::int64_t group) {
  const std::int64_t rows = c.taps * (c.in_channels / c.groups);
  Panel p{first, width, group, std::vector<double>(static_cast<std::size_t>(rows * kBlock))};
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t j = 0; j < width; ++j)
      p.w[static_cast<std::size_t>(r * kBlock + j)] = w[static_cast<std::size_t>(r * c.out_channels + first + j)];
  return p;
}

// One group for each channel, in and out: then a block crosses groups, since its channels do not mix.
bool depthwise(const Convolution& c) { return c.groups == c.in_channels && c.groups == c.out_channels; }

std::vector<Panel> panels_of(const Convolution& c, const std::vector<double>& w) {
  const std::int64_t sections = depthwise(c) ? 1 : c.groups;
  const std::int64_t width = c.out_channels / sections;
  std::vector<Panel> panels;
  for (std::int64_t g = 0; g < sections; ++g)
    for (std::int64_t j = 0; j < width; j += kBlock)
      panels.push_back(panel_of(c, w, g * width + j, std::min(kBlock, width - j), g));
  return panels;
}

void add_products(const double* x, const double* w, std::int64_t channels, double* sums) {
  double s[kBlock];
  for (std::int64_t j = 0; j < kBlock; ++j) s[j] = sums[j];
  for (std::int64_t i = 0; i < channels; ++i)
    for (std::int64_t j = 0; j < kBlock; ++j) s[j] += x[i] * w[i * kBlock + j];
  for (std::int64_t j = 0; j < kBlock; ++j) sums[j] = s[j];
}

void add_products_by_channel(const double* x, const double* w, double* sums) {
  for (std::int64_t j = 0; j < kBlock; ++j) sums[j] += x[j] * w[j];
}

void sum_block(const Convolution& c, const double* x, const Panel& p, std::span<const Tap> taps, double* sums) {
  const std::int64_t channels = c.in_channels / c.groups;
  for (const Tap& t : taps) {
    const double* row = x + t.place * c.in_channels;
    const double* w = p.w.data() + t.tap * channels * kBlock;
    if (depthwise(c)) add_products_by_channel(row + p.first, w, sums);
    else add_products(row + p.group * channels, w, channels, sums);
  }
}

}  // namespace

std::vector<double> convolve(const Convolution& c, std::vector<double> x, const std::vector<double>& w,
                             const std::vector<double>& bias) {
  std::vector<double> y(static_cast<std::size_t>(c.batch * c.out_places * c.out_channels));
  if (y.empty()) return y;
  x.resize(x.size() + kBlock);  // the last block of channels may read on; those sums are dropped
  const std::vector<Panel> panels = panels_of(c, w);
  for (std::int64_t from = 0; from < c.out_places; from += kChunk) {
    const std::int64_t to = std::min(from + kChunk, c.out_places);
    std::vector<Tap> taps;
    std::vector<std::size_t> starts{0};
    for (std::int64_t o = from; o < to; ++o) {
      c.taps_of(o, taps);
      starts.push_back(taps.size());
    }
    for (std::int64_t n = 0; n < c.batch; ++n)
      for (const Panel& p : panels)
        for (std::int64_t o = from; o < to; ++o) {
          double sums[kBlock] = {};
          if (!bias.empty()) std::copy_n(bias.begin() + p.first, p.width, sums);
          const std::size_t i = static_cast<std::size_t>(o - from);
          sum_block(c, x.data() + n * c.in_places * c.in_channels, p,
                    std::span(taps).subspan(starts[i], starts[i + 1] - starts[i]), sums);
          std::copy_n(sums, p.width, y.begin() + (n * c.out_places + o) * c.out_channels + p.first);
        }
  }
  return y;
}

namespace {

struct Reach {
  std::int64_t first, end;  // kernel offsets that can lie inside the input
};

// Of o * stride - begin + k * dilation in [0, in): a pool's kernel may be far larger than its input.
Reach forward_reach(const WindowAxis& w, std::int64_t o) {
  const std::int64_t start = o * w.stride - w.begin;
  const std::int64_t first = start >= 0 ? 0 : (-start + w.dilation - 1) / w.dilation;
  const std::int64_t end = start >= w.in ? 0 : (w.in - 1 - start) / w.dilation + 1;
  return {first, std::min(end, w.kernel)};
}

// Walks the kernel of one output place; `place_on(axis, index, offset)` gives the input index on an axis or a negative.
template <typename ReachOn, typename PlaceOn>
void list_taps(const Window& window, std::int64_t out_place, const ReachOn& reach_on, const PlaceOn& place_on,
               std::vector<Tap>& list) {
  // Kept between calls: this runs once an output place, and allocating would cost more than the sums.
  thread_local std::vector<std::int64_t> o;
  thread_local std::vector<Tap> partial, longer;
  o.resize(window.size());
  for (std::size_t a = window.size(); a-- > 0; out_place /= window[a].out) o[a] = out_place % window[a].out;
  partial.assign(1, Tap{});
  for (std::size_t a = 0; a < window.size(); ++a) {
    longer.clear();
    const Reach reach = reach_on(window[a], o[a]);
    for (const Tap& t : partial)
      for (std::int64_t k = reach.first; k < reach.end; ++k) {
        const std::int64_t i = place_on(window[a], o[a], k);
        if (i >= 0 && i < window[a].in) longer.push_back({t.tap * window[a].kernel + k, t.place * window[a].in + i});
      }
    std::swap(partial, longer);
  }
  list.insert(list.end(), partial.begin(), partial.end());
}

}  // namespace

std::function<void(std::int64_t, std::vector<Tap>&)> forward_taps(const Window& window) {
  return [window](std::int64_t out_place, std::vector<Tap>& list) {
    list_taps(
        window, out_place, forward_reach,
        [](const WindowAxis& w, std::int64_t o, std::int64_t k) { return o * w.stride - w.begin + k * w.dilation; },
        list);
  };
}

std::function<void(std::int64_t, std::vector<Tap>&)> transposed_taps(const Window& window) {
  return [window](std::int64_t out_place, std::vector<Tap>& list) {
    list_taps(
        window, out_place, [](const WindowAxis& w, std::int64_t) { return Reach{0, w.kernel}; },
        [](const WindowAxis& w, std::int64_t o, std::int64_t k) {
          const std::int64_t at = o + w.begin - k * w.dilation;
          return at < 0 || at % w.stride != 0 ? std::int64_t{-1} : at / w.stride;
        },
        list);
  };
}

}  // namespace dlas::op
