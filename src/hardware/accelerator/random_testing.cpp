#include "hardware/accelerator/random_testing.h"

namespace dlas::accelerator {
namespace {

std::int64_t between(std::mt19937_64& random, std::int64_t least, std::int64_t most) {
  return least + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most - least + 1));
}

std::int64_t power(std::mt19937_64& random, int least, int most) {
  return std::int64_t{1} << between(random, least, most);
}

// Mostly a divisor, so that tiles with and without remainder come up.
std::int64_t part(std::mt19937_64& random, std::int64_t of, std::int64_t most) {
  std::int64_t size = between(random, 1, std::max<std::int64_t>(1, std::min(of, most)));
  if (between(random, 0, 2) > 0)
    while (of % size != 0) --size;
  return size;
}

Configuration linear(std::mt19937_64& random, Design design) {
  Configuration c{.design = design};
  const int levels = static_cast<int>(between(random, 2, 6));
  c.multipliers = std::int64_t{1} << levels;
  c.read_ports = power(random, 0, levels);
  c.write_ports = power(random, 0, levels);
  c.wide_write_back = between(random, 0, 4) == 0;
  c.overlap_blocks = design == Design::maeri && between(random, 0, 4) == 0;
  return c;
}

Bitmap random_bitmap(std::mt19937_64& random, std::int64_t rows, std::int64_t columns) {
  Bitmap bits(rows, columns);
  const std::int64_t zeros = between(random, 0, 9);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) bits.set(i, j, between(random, 0, 9) >= zeros);
    for (std::int64_t j = 0; j < 3 && bits.count(i) < 3; ++j) bits.set(i, j);
  }
  return bits;
}

Convolution random_layer(std::mt19937_64& random) {
  Convolution l;
  if (between(random, 0, 4) == 0)
    return Product{between(random, 1, 6), between(random, 1, 8), between(random, 1, 30)}.as_convolution();
  l.r = between(random, 1, 4);
  l.s = between(random, 1, 4);
  l.g = between(random, 0, 3) == 0 ? between(random, 2, 4) : 1;
  l.c = l.g * between(random, 1, 6);
  l.k = l.g * between(random, 1, 5);
  l.n = between(random, 0, 7) == 0 ? 2 : 1;
  l.stride = between(random, 0, 2) == 0 ? 2 : 1;
  l.x = l.r + between(random, 0, 6);
  l.y = l.s + between(random, 0, 7);
  return l;
}

Tile random_tile(std::mt19937_64& random, const Convolution& l, std::int64_t most) {
  Tile t;
  t.r = part(random, l.r, most);
  t.s = part(random, l.s, most / t.r);
  t.c = part(random, l.c / l.g, most / t.neuron());
  std::int64_t left = most / t.neuron();
  for (auto [field, of] :
       {std::pair(&Tile::k, l.k / l.g), {&Tile::x, l.out_x()}, {&Tile::y, l.out_y()}, {&Tile::g, l.g}}) {
    t.*field = part(random, of, left);
    left /= t.*field;
  }
  if (l.n > 1 && t.g == 1) t.n = part(random, l.n, left);
  return t;
}

}  // namespace

RandomJob random_maeri(std::mt19937_64& random) {
  for (;;) {
    RandomJob out;
    out.configuration = linear(random, Design::maeri);
    const std::int64_t network = between(random, 0, 9);
    out.configuration.network = network < 6   ? Network::asnetwork
                                : network < 9 ? Network::fenetwork
                                              : Network::temporalrn;
    out.configuration.accumulation_buffer =
        between(random, 0, 1) == 1 || out.configuration.network == Network::temporalrn;
    const Convolution layer = random_layer(random);
    const Tile tile = random_tile(random, layer, out.configuration.multipliers);
    if (!validate(out.configuration, layer, tile).ok()) continue;
    out.job = DenseJob{layer, tile};
    out.text = out.configuration.text() + " " + layer.text() + " " + tile.text();
    return out;
  }
}

RandomJob random_sigma(std::mt19937_64& random) {
  RandomJob out{.configuration = linear(random, Design::sigma), .job = {}, .text = {}};
  const std::int64_t depth = between(random, 3, 90);
  SparseProduct operands{random_bitmap(random, between(random, 1, 12), depth),
                         random_bitmap(random, between(random, 1, 20), depth)};
  out.text = out.configuration.text() + " stationary " + std::to_string(operands.stationary.rows()) + "x" +
             std::to_string(depth);
  out.job = std::move(operands);
  return out;
}

RandomJob random_mesh(std::mt19937_64& random) {
  RandomJob out;
  Configuration& c = out.configuration;
  c = {.design = Design::mesh, .network = Network::temporalrn, .accumulation_buffer = true};
  const int side = static_cast<int>(between(random, 0, 3));
  c.rows = c.columns = std::int64_t{1} << side;
  if (between(random, 0, 3) == 0) c.columns *= 3;  // rows + columns stay a power of two
  c.multipliers = c.rows * c.columns;
  c.read_ports = power(random, 0, side);
  c.write_ports = power(random, 0, 5);
  const mesh::Job job{{between(random, 1, 20), between(random, 1, 20), between(random, 1, 30)},
                      between(random, 1, c.rows),
                      between(random, 1, c.columns)};
  out.text =
      c.text() + " " + job.product.text() + " T_M=" + std::to_string(job.t_m) + " T_N=" + std::to_string(job.t_n);
  out.job = job;
  return out;
}

RandomJob random_magma(std::mt19937_64& random) {
  RandomJob out{.configuration = linear(random, Design::magma), .job = {}, .text = {}};
  out.configuration.accumulation_buffer = true;
  magma::Job job{random_bitmap(random, between(random, 1, 6), between(random, 3, 60)), between(random, 1, 12), 1, 1};
  job.t_k = between(random, 2, out.configuration.multipliers);
  job.t_n = between(random, 1, std::max<std::int64_t>(1, out.configuration.multipliers / job.t_k));
  out.text = out.configuration.text() + " T_N=" + std::to_string(job.t_n) + " T_K=" + std::to_string(job.t_k);
  out.job = std::move(job);
  return out;
}

}  // namespace dlas::accelerator
