// Depthwise convolution with one output channel for each input channel: channels are the lanes (generator/depthwise.cpp). A job is a
// piece of rows with all channels, or with some blocks of them.
#include <fmt/format.h>

#include <algorithm>

#include "algorithm/code/channel_blocks.h"
#include "algorithm/primitive/picture_kernel.h"
#include "algorithm/primitive/primitive.h"

namespace dlas::algorithm {
namespace {

constexpr std::int64_t kChannelsOfAJob = 256;  // when channels are split

// Code for the taps in a row and their stride where there is some, else that for all.
TileKind kind_of(const ConvProblem& p) {
  if (p.dilation_w != 1) return TileKind::depthwise;
  if (p.kernel_w == 3 && p.stride_w == 1) return TileKind::depthwise_3_by_1;
  if (p.kernel_w == 3 && p.stride_w == 2) return TileKind::depthwise_3_by_2;
  if (p.kernel_w == 5 && p.stride_w == 1) return TileKind::depthwise_5_by_1;
  if (p.kernel_w == 5 && p.stride_w == 2) return TileKind::depthwise_5_by_2;
  return TileKind::depthwise;
}

class DepthwiseKernel : public PictureKernel {
 public:
  DepthwiseKernel(const ConvProblem& problem, const Schedule& schedule, const Target& target, AlignedFloats weights,
                  AlignedFloats bias, AlignedFloats zeros)
      : PictureKernel(problem, schedule, target),
        weights_(std::move(weights)),
        bias_(std::move(bias)),
        zeros_(std::move(zeros)),
        tiles_(target.name, kind_of(problem), schedule.tile_c, schedule.tile_w) {}

  std::size_t packed_bytes() const override { return weights_.bytes() + bias_.bytes(); }
  void run(const Arguments& arguments, const Border& given, const Loop& loop) const override;

 private:
  void compute(const Rows& rows, const View& in, const Piece& piece, std::int64_t first, std::int64_t channels) const;

  AlignedFloats weights_, bias_, zeros_;
  RowTiles tiles_;
};

void DepthwiseKernel::run(const Arguments& arguments, const Border& given, const Loop& loop) const {
  constexpr std::int64_t kMultiplyAdds = 1 << 18;  // of a job
  const View in = with_border(arguments.in, given, border(), arguments.scratch, loop);
  Rows rows = rows_of(problem_, in, arguments);
  const std::int64_t all = padded_channels(problem_.out_channels);
  const Pieces pieces(rows, kMultiplyAdds / (all * problem_.kernel_h * problem_.kernel_w), tiles_.widest());
  const std::int64_t part = schedule_.split == "rows" ? all : std::min(all, kChannelsOfAJob);
  struct Job {
    const DepthwiseKernel& kernel;
    const Rows& rows;
    const View& in;
    const Pieces& pieces;
    std::int64_t all, part, parts;
  };
  const Job job{*this, rows, in, pieces, all, part, (all + part - 1) / part};
  loop(pieces.count() * job.parts, [&job](std::int64_t i) {
    const std::int64_t first = i % job.parts * job.part;
    job.kernel.compute(job.rows, job.in, job.pieces[i / job.parts], first, std::min(job.part, job.all - first));
  });
}

void DepthwiseKernel::compute(const Rows& rows, const View& in, const Piece& piece, std::int64_t first,
                              std::int64_t channels) const {
  TileCall call;
  call.in = rows.in + piece.image * rows.in_n + piece.y * rows.in_y + piece.x * rows.in_x + first;
  call.in_tap_x = in.stride_w * problem_.dilation_w, call.in_tap_y = in.stride_h * problem_.dilation_h;
  call.in_x = rows.in_x, call.in_y = rows.in_y;
  call.out = rows.out + piece.image * rows.out_n + piece.y * rows.out_y + piece.x * rows.out_x + first;
  call.out_x = rows.out_x, call.out_y = rows.out_y;
  call.weights = weights_.data() + first;
  call.weights_tap_x = padded_channels(problem_.out_channels);
  call.weights_tap_y = call.weights_tap_x * problem_.kernel_w;
  call.bias = bias_.data() + first;
  call.base = zeros_.data();
  if (problem_.epilogue.residual == Epilogue::Residual::before) {
    call.base =
        rows.residual + piece.image * rows.residual_n + piece.y * rows.residual_y + piece.x * rows.residual_x + first;
    call.base_x = rows.residual_x, call.base_y = rows.residual_y;
  }
  call.kernel_w = problem_.kernel_w, call.kernel_h = problem_.kernel_h;
  call.low = low_, call.high = high_;
  call.channels = channels, call.width = piece.width, call.height = piece.height;
  tiles_.run(call);
  if (finished_later_) finish(code_, problem_.epilogue, rows, piece, first, channels);
}

std::optional<std::string> obstacle(const ConvProblem& p) {
  if (p.dtype != DType::f32) return "only float32 is there";
  if (!p.depthwise()) return "every channel is a group of its own in a depthwise convolution";
  if (p.out_channels != p.in_channels) return "one output channel for each input channel";
  return std::nullopt;
}

Schedule defaults(const ConvProblem& p, const Target& target) {
  Schedule s{
      .primitive = "depthwise", .tile_c = kChannelBlock / target.lanes, .unroll = 1, .order = "hwc", .split = "rows"};
  s.tile_w = widest_tile(target.name, kind_of(p), s.tile_c);
  if (p.in_channels > 2 * kChannelsOfAJob) s.split = "both";
  return s;
}

void find_faults(const Schedule& s, const ConvProblem& p, const Target& target, std::vector<std::string>& out) {
  if (!find_tile(target.name, kind_of(p), s.tile_w, s.tile_c))
    out.push_back(fmt::format("no kernel with a tile of {}x{} was made for {}", s.tile_w, s.tile_c, target.name));
  if (s.unroll != 1) out.push_back(fmt::format("unroll is 1 in the kernels that were made, not {}", s.unroll));
  if (s.block_c != 0) out.push_back("block is for sums over input channels; a depthwise convolution has none");
}

// [tap y][tap x][channel], padded with zeros.
Result<AlignedFloats> pack(const ConvProblem& p, const Tensor& weights) {
  const std::int64_t taps = p.kernel_h * p.kernel_w, channels = padded_channels(p.out_channels);
  DLAS_ASSIGN(AlignedFloats packed, AlignedFloats::zeros(static_cast<std::size_t>(taps * channels)));
  const float* from = weights.as<float>().data();
  for (std::int64_t c = 0; c < p.out_channels; ++c)
    for (std::int64_t tap = 0; tap < taps; ++tap) packed.data()[tap * channels + c] = from[c * taps + tap];
  return packed;
}

Result<std::unique_ptr<Kernel>> make(const ConvProblem& problem, const Schedule& schedule, const Target& target,
                                     const Tensor& weights, const Tensor& bias) {
  DLAS_TRY(check_tensors(problem, weights, bias));
  DLAS_ASSIGN(AlignedFloats packed, pack(problem, weights));
  DLAS_ASSIGN(AlignedFloats packed_bias, pack_bias(problem, bias));
  DLAS_ASSIGN(AlignedFloats zeros,
              AlignedFloats::zeros(static_cast<std::size_t>(padded_channels(problem.out_channels))));
  return std::unique_ptr<Kernel>(
      new DepthwiseKernel(problem, schedule, target, std::move(packed), std::move(packed_bias), std::move(zeros)));
}

}  // namespace

const Primitive depthwise = {
    .name = "depthwise", .obstacle = obstacle, .defaults = defaults, .faults = find_faults, .prepare = make};

}  // namespace dlas::algorithm
