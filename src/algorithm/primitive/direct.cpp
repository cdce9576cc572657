// Direct convolution: no copy of the input is made. For each block of output channels and piece of rows one call of a generated kernel
// (generator/conv.cpp) with the widest register tile, and one with a tile narrower by a pixel for what is left of the rows.
// Grouped, strided and dilated convolutions and dense layers are the same code: strides are arguments.
#include <fmt/format.h>

#include <algorithm>

#include "algorithm/code/channel_blocks.h"
#include "algorithm/primitive/picture_kernel.h"
#include "algorithm/primitive/primitive.h"

namespace dlas::algorithm {
namespace {

constexpr std::int64_t kMostChannels = 256;  // of a block
constexpr float kInfinity = std::numeric_limits<float>::infinity();
alignas(64) constexpr float kZeros[kMostChannels] = {};

TileKind kind_of(const Schedule& s) { return s.unroll == 3 ? TileKind::conv_of_3 : TileKind::conv; }

class DirectKernel : public PictureKernel {
 public:
  DirectKernel(const ConvProblem& problem, const Schedule& schedule, const Target& target, ChannelBlocks blocks,
               AlignedFloats weights, AlignedFloats bias)
      : PictureKernel(problem, schedule, target),
        blocks_(std::move(blocks)),
        weights_(std::move(weights)),
        bias_(std::move(bias)) {
    // A block with fewer vectors has room for more pixels.
    for (const ChannelBlock& block : blocks_.blocks)
      tiles_.emplace_back(target.name, kind_of(schedule), block.vectors,
                          schedule.tile_w * schedule.tile_c / block.vectors);
  }

  std::size_t packed_bytes() const override { return weights_.bytes() + bias_.bytes(); }
  void run(const Arguments& arguments, const Border& given, const Loop& loop) const override;

 private:
  struct Job;
  std::int64_t pixels_of_a_piece() const;
  void compute(const Rows& rows, const Piece& piece, std::size_t block, std::int64_t in_tap_x,
               std::int64_t in_tap_y) const;

  ChannelBlocks blocks_;
  std::vector<RowTiles> tiles_;  // of each block
  AlignedFloats weights_, bias_;
};

// Enough work for one job that starting it costs nothing, and not so much that threads wait for the last one.
std::int64_t DirectKernel::pixels_of_a_piece() const {
  constexpr std::int64_t kMultiplyAdds = 1 << 19;
  const ChannelBlock& block = blocks_.blocks.front();
  return std::max<std::int64_t>(
      1, kMultiplyAdds / std::max<std::int64_t>(1, block.channels * block.steps * blocks_.unroll * blocks_.taps));
}

// The jobs of one run; a job is told by its number.
struct DirectKernel::Job {
  const DirectKernel& kernel;
  const Rows& rows;
  const Pieces& pieces;
  std::int64_t in_tap_x, in_tap_y;

  std::int64_t blocks() const { return static_cast<std::int64_t>(kernel.blocks_.blocks.size()); }
  std::int64_t count() const {
    if (kernel.schedule_.split == "rows") return pieces.count();
    if (kernel.schedule_.split == "channels") return blocks();
    return pieces.count() * blocks();
  }
  void one(std::int64_t piece, std::int64_t block) const {
    kernel.compute(rows, pieces[piece], static_cast<std::size_t>(block), in_tap_x, in_tap_y);
  }
  void operator()(std::int64_t i) const {
    if (kernel.schedule_.split == "rows")
      for (std::int64_t block = 0; block < blocks(); ++block) one(i, block);
    else if (kernel.schedule_.split == "channels")
      for (std::int64_t piece = 0; piece < pieces.count(); ++piece) one(piece, i);
    else if (kernel.schedule_.order == "hwc") one(i / blocks(), i % blocks());
    else one(i % pieces.count(), i / pieces.count());
  }
};

void DirectKernel::run(const Arguments& arguments, const Border& given, const Loop& loop) const {
  const View in = with_border(arguments.in, given, border(), arguments.scratch, loop);
  const Rows rows = rows_of(problem_, in, arguments);
  const Pieces pieces(rows, pixels_of_a_piece(), tiles_.front().widest());
  const Job job{*this, rows, pieces, in.stride_w * problem_.dilation_w, in.stride_h * problem_.dilation_h};
  loop(job.count(), [&job](std::int64_t i) { job(i); });
}

void DirectKernel::compute(const Rows& rows, const Piece& piece, std::size_t number, std::int64_t in_tap_x,
                           std::int64_t in_tap_y) const {
  const ChannelBlock& block = blocks_.blocks[number];
  TileCall call;
  call.in = rows.in + piece.image * rows.in_n + piece.y * rows.in_y + piece.x * rows.in_x + block.in_first;
  call.in_tap_x = in_tap_x, call.in_tap_y = in_tap_y, call.in_x = rows.in_x, call.in_y = rows.in_y;
  call.out = rows.out + piece.image * rows.out_n + piece.y * rows.out_y + piece.x * rows.out_x + block.first;
  call.out_x = rows.out_x, call.out_y = rows.out_y;
  call.weights_channel = call.channels = block.channels;
  call.kernel_w = problem_.kernel_w, call.kernel_h = problem_.kernel_h;
  call.width = piece.width, call.height = piece.height;
  for (std::int64_t step = 0; step < block.steps; step += blocks_.part_steps) {
    call.steps = std::min(blocks_.part_steps, block.steps - step);
    const bool first = step == 0, last = step + call.steps == block.steps;
    call.low = last ? low_ : -kInfinity;
    call.high = last ? high_ : kInfinity;
    call.bias = first ? bias_.data() + block.first : kZeros;
    call.base = kZeros, call.base_x = call.base_y = 0;
    if (!first) {
      call.base = call.out, call.base_x = call.out_x, call.base_y = call.out_y;
    } else if (problem_.epilogue.residual == Epilogue::Residual::before) {
      call.base = rows.residual + piece.image * rows.residual_n + piece.y * rows.residual_y +
                  piece.x * rows.residual_x + block.first;
      call.base_x = rows.residual_x, call.base_y = rows.residual_y;
    }
    call.weights_tap_x = call.steps * blocks_.unroll * block.channels;
    call.weights_tap_y = call.weights_tap_x * problem_.kernel_w;
    call.weights = weights_.data() + block.weights + step * blocks_.unroll * blocks_.taps * block.channels;
    tiles_[number].run(call);
    call.in += call.steps * blocks_.unroll;
  }
  if (finished_later_) finish(code_, problem_.epilogue, rows, piece, block.first, block.channels);
}

std::optional<std::string> obstacle(const ConvProblem& p) {
  if (p.dtype != DType::f32) return "only float32 is there";
  return std::nullopt;
}

// As many pixels as there are accumulators for. The widest tiles leave LLVM so few of 32 registers that it spills around the sums,
// some 400 cycles a tile; short sums do better with a tile that leaves three to spare (measured: 90 against 96 % at 64 channels), and
// so do wide rows, which any tile cuts well (107 against 111 GFLOP/s at 224 pixels).
std::int64_t default_pixels(const ConvProblem& p, const Schedule& s, const Target& target) {
  constexpr std::int64_t kLongSum = 512;
  const std::int64_t widest = widest_tile(target.name, kind_of(s), s.tile_c);
  const bool is_long = p.in_channels / p.groups * p.kernel_h * p.kernel_w >= kLongSum;
  const bool is_cut_best = p.out_w() % widest == 0 && p.out_w() <= 4 * widest;
  if ((is_long && is_cut_best) || target.registers < 32) return widest;
  return std::clamp<std::int64_t>((target.registers - 3) / s.tile_c - 1, 1, widest);
}

// The register tile fills the accumulators; a single pixel (a dense layer) takes as many channels at once as there are tiles for,
// since it waits for memory, not for registers.
Schedule defaults(const ConvProblem& p, const Target& target) {
  Schedule s{.primitive = "direct", .unroll = 4, .order = "hwc", .split = "both"};
  const std::int64_t out_of_group = p.out_channels / p.groups;
  const bool whole = out_of_group % kChannelBlock == 0;
  // Groups that are not whole vectors waste least in the narrowest blocks (channel_blocks.h).
  const std::int64_t channels = p.groups == 1 || whole ? padded_channels(out_of_group) : kChannelBlock;
  if (p.groups == 1 && p.in_channels == 3) s.unroll = 3;
  const std::int64_t most = p.n * p.out_h() * p.out_w() == 1 && s.unroll == 4 ? 8 : target.name == "avx2" ? 2 : 4;
  s.tile_c = cut_vectors(channels / target.lanes, most, target).front();
  s.tile_w = default_pixels(p, s, target);
  // What is bigger stays in the cache: all weights, while rows pass by, or some rows, while blocks of weights pass by.
  const std::int64_t weights = p.multiply_adds() / std::max<std::int64_t>(1, p.n * p.out_h() * p.out_w()) * 4;
  if (weights > target.l2_bytes / 2) s.order = "chw";
  return s;
}

void find_faults(const Schedule& s, const ConvProblem& p, const Target& target, std::vector<std::string>& out) {
  if (!find_tile(target.name, kind_of(s), s.tile_w, s.tile_c))
    out.push_back(fmt::format("no kernel with a tile of {}x{} was made for {}", s.tile_w, s.tile_c, target.name));
  if (s.unroll != 3 && s.unroll != 4)
    out.push_back(fmt::format("unroll is 3 or 4 in the kernels that were made, not {}", s.unroll));
  if (s.unroll == 3 && (p.groups > 1 || p.in_channels != 3)) out.push_back("unroll 3 is for three input channels");
  if (s.unroll > 0 && s.block_c % s.unroll != 0)
    out.push_back(fmt::format("block is a multiple of unroll, {}, not {}", s.unroll, s.block_c));
  if (s.block_c != 0 && p.groups > 1) out.push_back("block is for convolutions without groups");
}

Result<std::unique_ptr<Kernel>> make(const ConvProblem& problem, const Schedule& schedule, const Target& target,
                                     const Tensor& weights, const Tensor& bias) {
  DLAS_TRY(check_tensors(problem, weights, bias));
  ChannelBlocks blocks = channel_blocks(problem, schedule, target);
  DLAS_ASSIGN(AlignedFloats packed, pack_weights(problem, blocks, weights));
  DLAS_ASSIGN(AlignedFloats packed_bias, pack_bias(problem, bias));
  return std::unique_ptr<Kernel>(
      new DirectKernel(problem, schedule, target, std::move(blocks), std::move(packed), std::move(packed_bias)));
}

}  // namespace

const Primitive direct = {
    .name = "direct", .obstacle = obstacle, .defaults = defaults, .faults = find_faults, .prepare = make};

}  // namespace dlas::algorithm
