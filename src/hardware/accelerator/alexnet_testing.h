// AlexNet on MAERI with 128 multipliers and 64 ports each way, as Bifrost's authors published it: cycles of whole layers by tile.
//
// The published runs had the accumulation buffer off, although Bifrost's default is on: it wrote the switch as a quoted text, which STONNE
// reads as absent. The columns with the buffer on are ours.
#pragma once

#include <array>
#include <string_view>

#include "hardware/accelerator/accelerator.h"

namespace dlas::accelerator {

struct AlexNetLayer {
  std::string_view name;
  Convolution layer;
  Tile bifrost, mrna;
  std::array<std::int64_t, 3> off, on;  // cycles with the buffer off (published) and on: basic, Bifrost, mRNA
};

inline const std::array<AlexNetLayer, 8>& alexnet() {
  const auto fc = [](std::int64_t inputs, std::int64_t outputs) {
    return Product{1, outputs, inputs}.as_convolution();
  };
  const auto conv = [](std::int64_t side, std::int64_t c, std::int64_t k, std::int64_t x, std::int64_t stride) {
    return Convolution{.r = side, .s = side, .c = c, .k = k, .x = x, .y = x, .stride = stride};
  };
  static const std::array<AlexNetLayer, 8> kLayers = {{
      {"conv1",
       conv(11, 3, 64, 228, 4),
       {11, 11, 1, 1},
       {11, 11, 1, 1},
       {280549888, 3679680, 3679680},
       {70300352, 1162816, 1162816}},
      {"conv2",
       conv(5, 64, 192, 31, 1),
       {5, 5, 4, 1},
       {5, 5, 5, 1},
       {895683264, 19044096, 15264384},
       {224256960, 2330880, 1894464}},
      {"conv3",
       conv(3, 192, 384, 15, 1),
       {3, 3, 12, 1},
       {3, 3, 7, 2},
       {449031552, 8843136, 7930368},
       {112805760, 1135488, 991680}},
      {"conv4",
       conv(3, 384, 256, 15, 1),
       {3, 3, 12, 1},
       {3, 3, 7, 2},
       {598837504, 12133632, 10550400},
       {150406400, 1510656, 1297024}},
      {"conv5",
       conv(3, 256, 256, 15, 1),
       {3, 3, 8, 1},
       {3, 3, 7, 2},
       {399182080, 12133120, 7041408},
       {100271360, 1510144, 873088}},
      {"fc1",
       fc(9216, 4096),
       product_tile(1, 1, 20),
       product_tile(1, 8, 12),
       {188747776, 17006592, 4242432},
       {75517952, 7589888, 1578496}},
      {"fc2",
       fc(4096, 4096),
       product_tile(1, 1, 20),
       product_tile(1, 4, 16),
       {83890176, 7569408, 2624512},
       {33574912, 3395584, 1058816}},
      {"fc3",
       fc(4096, 1000),
       product_tile(1, 1, 20),
       product_tile(1, 10, 8),
       {20481000, 1848000, 467100},
       {8197000, 829000, 205800}},
  }};
  return kLayers;
}

inline Configuration alexnet_maeri(bool accumulation_buffer) {
  return {.multipliers = 128, .read_ports = 64, .write_ports = 64, .accumulation_buffer = accumulation_buffer};
}

}  // namespace dlas::accelerator
