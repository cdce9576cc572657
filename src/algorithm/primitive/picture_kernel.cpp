#include "algorithm/primitive/picture_kernel.h"

#include <algorithm>

namespace dlas::algorithm {

Rows rows_of(const ConvProblem& p, const View& in, const Arguments& arguments) {
  const View& out = arguments.out;
  const View& residual = arguments.residual;
  Rows rows{.images = p.n, .height = p.out_h(), .width = p.out_w()};
  rows.in = static_cast<const float*>(in.data) - p.pads.top * in.stride_h - p.pads.left * in.stride_w;
  rows.in_n = in.stride_n, rows.in_y = in.stride_h * p.stride_h, rows.in_x = in.stride_w * p.stride_w;
  rows.out = static_cast<float*>(out.data);
  rows.out_n = out.stride_n, rows.out_y = out.stride_h, rows.out_x = out.stride_w;
  rows.residual = static_cast<const float*>(residual.data);
  rows.residual_n = residual.stride_n, rows.residual_y = residual.stride_h, rows.residual_x = residual.stride_w;

  if (p.kernel_h != 1 || p.kernel_w != 1) return rows;
  const auto joined = [](std::int64_t inner, std::int64_t count, std::int64_t outer) { return inner * count == outer; };
  if (joined(rows.in_x, rows.width, rows.in_y) && joined(rows.out_x, rows.width, rows.out_y) &&
      (!rows.residual || joined(rows.residual_x, rows.width, rows.residual_y)))
    rows.width *= rows.height, rows.height = 1;
  if (rows.height == 1 && joined(rows.in_x, rows.width, rows.in_n) && joined(rows.out_x, rows.width, rows.out_n) &&
      (!rows.residual || joined(rows.residual_x, rows.width, rows.residual_n)))
    rows.width *= rows.images, rows.images = 1;
  return rows;
}

Pieces::Pieces(const Rows& rows, std::int64_t pixels, std::int64_t tile)
    : images_(rows.images), height_(rows.height), width_(rows.width), along_row_(rows.height == 1) {
  if (along_row_) step_ = std::max<std::int64_t>(1, pixels / tile) * tile;
  else step_ = std::max<std::int64_t>(1, pixels / std::max<std::int64_t>(width_, 1));
  const std::int64_t extent = along_row_ ? width_ : height_;
  per_image_ = (extent + step_ - 1) / step_;
}

Piece Pieces::operator[](std::int64_t i) const {
  const std::int64_t begin = i % per_image_ * step_;
  Piece piece{.image = i / per_image_, .y = 0, .height = 1, .x = 0, .width = width_};
  if (along_row_) piece.x = begin, piece.width = std::min(step_, width_ - begin);
  else piece.y = begin, piece.height = std::min(step_, height_ - begin);
  return piece;
}

bool is_finished_later(const Epilogue& e) {
  return e.function != Function::none || e.residual == Epilogue::Residual::after || e.relu_after;
}

void finish(const VectorCode& code, const Epilogue& epilogue, const Rows& rows, const Piece& piece, std::int64_t first,
            std::int64_t channels) {
  EpilogueRun run{.epilogue = epilogue};
  run.out = rows.out + piece.image * rows.out_n + piece.y * rows.out_y + piece.x * rows.out_x + first;
  run.out_x = rows.out_x, run.out_y = rows.out_y;
  if (epilogue.residual == Epilogue::Residual::after) {
    run.residual =
        rows.residual + piece.image * rows.residual_n + piece.y * rows.residual_y + piece.x * rows.residual_x + first;
    run.residual_x = rows.residual_x, run.residual_y = rows.residual_y;
  }
  run.width = piece.width, run.height = piece.height, run.channels = channels;
  code.epilogue(run);
}

std::string PictureKernel::describe() const { return text(schedule_) + " on " + target_.name; }

std::size_t PictureKernel::scratch_bytes(const Border& given, int) const {
  if (covers(given, border())) return 0;
  return bordered_bytes({.n = problem_.n, .h = problem_.h, .w = problem_.w, .c = problem_.in_channels}, border());
}

}  // namespace dlas::algorithm
