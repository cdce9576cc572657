// PaddedNonMaxSuppression: of boxes that overlap, the one with the best score, for one picture and one class; a fixed
// number of indices, filled up with 0.                            TFLite NON_MAX_SUPPRESSION_V4, and V5 with a sigma
//
// Candidates are the boxes with a score above score_threshold, best first. One is dropped when its intersection over
// union with a box already taken is at least iou_threshold. With a sigma above 0 the score of a candidate is multiplied by
// exp(-iou^2 / (2 sigma)) for each box taken since it was looked at last, and it goes back to the others unless it fell to
// the threshold. Boxes are two opposite corners (y, x), in any order. Which of equal scores comes first is the heap's
// choice, in LiteRT as here.
#include <cmath>
#include <queue>

#include "model/op/box_overlap.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kBoxes, kScores, kMost, kOverlap, kScore, kSigma };
enum Output { kIndices, kSelectedScores, kCount };

Status check_one(const Site& site, const Types& in, std::size_t slot, DType dtype) {
  if (!in.has(slot) || (in[slot].dtype == dtype && in[slot].count().value_or(1) == 1)) return {};
  return site.wrong_input(slot, "one " + std::string(text(dtype)), in[slot]);
}

Result<Types> infer(const Site& site, const Types& in) {
  const Type &boxes = in[kBoxes], &scores = in[kScores];
  if (boxes.dtype != DType::f32 || boxes.rank() != 2 || !may_equal(boxes.dim(1), 4))
    return site.wrong_input(kBoxes, text(Type(DType::f32, {Dim(), 4})), boxes);
  if (scores.dtype != DType::f32 || scores.rank() != 1 || !may_equal(scores.dim(0), boxes.dim(0)))
    return site.wrong_input(kScores, text(Type(DType::f32, {boxes.dim(0)})), scores);
  DLAS_TRY(check_one(site, in, kMost, DType::i32));
  for (std::size_t slot : {kOverlap, kScore, kSigma}) DLAS_TRY(check_one(site, in, slot, DType::f32));
  Dim most;
  if (const Tensor* number = site.constant(kMost)) {
    if (number->integer(0) < 0)
      return site.wrong_input(kMost, "a number of at least 0", std::to_string(number->integer(0)));
    most = number->integer(0);
  }
  return Types{Type(DType::i32, {most}), Type(DType::f32, {most}), Type(DType::i32, {})};
}

struct Candidate {
  std::int64_t box;
  float score;
  std::size_t seen;  // boxes taken that it was compared with
  bool operator<(const Candidate& other) const { return score < other.score; }
};

struct Settings {
  float overlap, score, sigma;
};

class Suppression {
 public:
  Suppression(std::vector<BoxCorners> boxes, std::span<const float> scores, Settings settings)
      : boxes_(std::move(boxes)), settings_(settings) {
    for (std::size_t i = 0; i < scores.size(); ++i)
      if (scores[i] > settings_.score) open_.push({static_cast<std::int64_t>(i), scores[i], 0});
  }

  // The candidates taken, best first.
  std::vector<Candidate> take(std::size_t most) {
    most = std::min(most, open_.size());
    while (taken_.size() < most && !open_.empty()) {
      Candidate next = open_.top();
      open_.pop();
      const float before = next.score;
      if (dropped(next)) continue;
      next.seen = taken_.size();
      if (next.score == before) taken_.push_back(next);
      else if (next.score > settings_.score) open_.push(next);
    }
    return std::move(taken_);
  }

 private:
  // Compares with what was taken since; lowers the score.
  bool dropped(Candidate& candidate) const {
    for (std::size_t j = taken_.size(); j-- > candidate.seen;) {
      const float iou = intersection_over_union(at(candidate.box), at(taken_[j].box));
      if (iou >= settings_.overlap) return true;
      if (settings_.sigma > 0) candidate.score *= std::exp(-0.5F / settings_.sigma * iou * iou);
      if (candidate.score <= settings_.score) return false;
    }
    return false;
  }
  const BoxCorners& at(std::int64_t box) const { return boxes_[static_cast<std::size_t>(box)]; }

  std::vector<BoxCorners> boxes_;
  Settings settings_;
  std::priority_queue<Candidate> open_;
  std::vector<Candidate> taken_;
};

Status run(const Call& call) {
  const auto corners = call.in[kBoxes].as<float>();
  std::vector<BoxCorners> boxes;
  for (std::size_t i = 0; i + 3 < corners.size(); i += 4)
    boxes.push_back({std::min(corners[i], corners[i + 2]), std::min(corners[i + 1], corners[i + 3]),
                     std::max(corners[i], corners[i + 2]), std::max(corners[i + 1], corners[i + 3])});
  const auto number = [&](std::size_t slot) {
    return call.has(slot) ? static_cast<float>(call.in[slot].number(0)) : 0.0F;
  };
  Suppression suppression(std::move(boxes), call.in[kScores].as<float>(),
                          {number(kOverlap), number(kScore), number(kSigma)});
  const auto taken = suppression.take(static_cast<std::size_t>(call.in[kMost].integer(0)));
  for (std::size_t i = 0; i < taken.size(); ++i) {
    if (!call.out[kIndices].absent())
      call.out[kIndices].mutable_as<std::int32_t>()[i] = static_cast<std::int32_t>(taken[i].box);
    if (!call.out[kSelectedScores].absent()) call.out[kSelectedScores].mutable_as<float>()[i] = taken[i].score;
  }
  if (!call.out[kCount].absent())
    call.out[kCount].mutable_as<std::int32_t>()[0] = static_cast<std::int32_t>(taken.size());
  return {};
}

// At worst every box is compared with every other.
Cost cost(const Site&, const Types& in, const Types&) {
  const auto n = static_cast<std::uint64_t>(in[kScores].count().value_or(0));
  std::uint64_t pairs = 0;
  if (__builtin_mul_overflow(n, n, &pairs)) pairs = ~0ULL;
  return {.operations = pairs, .bytes = in[kBoxes].bytes().value_or(0) + in[kScores].bytes().value_or(0)};
}

}  // namespace

extern const Op padded_non_max_suppression = {
    .name = "PaddedNonMaxSuppression",
    .inputs = "boxes scores max_output_size iou_threshold score_threshold soft_nms_sigma?",
    .outputs = "selected_indices selected_scores? selected_count?",
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
