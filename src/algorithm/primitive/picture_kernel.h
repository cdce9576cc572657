// What the kernels of convolutions share: views brought into shape and cut into jobs.
#pragma once

#include "algorithm/code/bordered.h"
#include "algorithm/code/tile_code.h"
#include "algorithm/kernel.h"
#include "algorithm/pointwise.h"

namespace dlas::algorithm {

// Rows of output pixels, in elements. A 1x1 convolution whose pictures have no gaps between rows is one long row.
struct Rows {
  std::int64_t images = 0, height = 0, width = 0;  // of the output
  const float* in = nullptr;
  std::int64_t in_n = 0, in_y = 0, in_x = 0;  // from one output pixel to the next
  float* out = nullptr;
  std::int64_t out_n = 0, out_y = 0, out_x = 0;
  const float* residual = nullptr;  // or null
  std::int64_t residual_n = 0, residual_y = 0, residual_x = 0;
};
Rows rows_of(const ConvProblem& problem, const View& in, const Arguments& arguments);

// A part of the rows: [y, y + height) x [x, x + width) of one image.
struct Piece {
  std::int64_t image = 0, y = 0, height = 0, x = 0, width = 0;
};

// Rows cut into pieces of about `pixels` pixels: whole rows, or parts of a row that are multiples of `tile` pixels when there is but
// one. The cut depends on the sizes only, never on the number of threads.
class Pieces {
 public:
  Pieces(const Rows& rows, std::int64_t pixels, std::int64_t tile);
  std::int64_t count() const { return images_ * per_image_; }
  Piece operator[](std::int64_t i) const;

 private:
  std::int64_t images_, height_, width_, step_, per_image_;
  bool along_row_;
};

// True when something of the epilogue is left to be done behind the generated kernel: it knows bias, one residual and a clamp.
bool is_finished_later(const Epilogue& epilogue);
// That, for the channels [first, first + channels) of a piece.
void finish(const VectorCode& code, const Epilogue& epilogue, const Rows& rows, const Piece& piece, std::int64_t first,
            std::int64_t channels);

class PictureKernel : public Kernel {
 public:
  PictureKernel(const ConvProblem& problem, const Schedule& schedule, const Target& target)
      : problem_(problem),
        schedule_(schedule),
        target_(target),
        code_(vector_code(target.name)),
        finished_later_(is_finished_later(problem.epilogue)) {
    if (!finished_later_) low_ = problem.epilogue.low, high_ = problem.epilogue.high;
  }

  std::string describe() const override;
  Border border() const override { return needed_border(problem_); }
  std::size_t scratch_bytes(const Border& given, int threads) const override;

 protected:
  ConvProblem problem_;
  Schedule schedule_;
  Target target_;
  const VectorCode& code_;
  bool finished_later_;
  float low_ = -std::numeric_limits<float>::infinity(), high_ = -low_;  // of the clamp in the generated kernel
};

}  // namespace dlas::algorithm
