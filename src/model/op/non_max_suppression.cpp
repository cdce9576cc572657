// NonMaxSuppression: of boxes that overlap, the one with the best score; for each class of each picture.
//                                                                                 ONNX NonMaxSuppression, opset 10 to 11
// Candidates are the boxes with a score above score_threshold (all when it is absent), best first, of equal scores the
// lower index first. One is taken unless its intersection over union with one already taken is above iou_threshold.
// Boxes without area overlap nothing. A NaN score is never taken. Output rows: picture, class, box.
#include <algorithm>

#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kBoxes, kScores, kMost, kOverlap, kScore };

struct Attributes {
  bool center_point_box = false;
  void fields(auto& f) { f("center_point_box", center_point_box); }
};

Status check_scalar(const Site& site, const Types& in, std::size_t slot, DType dtype) {
  if (!in.has(slot) || (in[slot].dtype == dtype && in[slot].count().value_or(1) == 1)) return {};
  return site.wrong_input(slot, "one " + std::string(text(dtype)), in[slot]);
}

Result<Types> infer(const Site& site, const Types& in) {
  const Type &boxes = in[kBoxes], &scores = in[kScores];
  if (boxes.dtype != DType::f32 || boxes.rank() != 3 || !may_equal(boxes.dim(2), 4))
    return site.wrong_input(kBoxes, text(Type(DType::f32, {Dim(), Dim(), 4})), boxes);
  if (scores.dtype != DType::f32 || scores.rank() != 3 || !may_equal(scores.dim(0), boxes.dim(0)) ||
      !may_equal(scores.dim(2), boxes.dim(1)))
    return site.wrong_input(kScores, text(Type(DType::f32, {boxes.dim(0), Dim(), boxes.dim(1)})), scores);
  DLAS_TRY(check_scalar(site, in, kMost, DType::i64));
  for (std::size_t slot : {kOverlap, kScore}) DLAS_TRY(check_scalar(site, in, slot, DType::f32));
  return Types{Type(DType::i64, {Dim(), 3})};
}

struct Box {
  double top, left, bottom, right;
  double area() const { return (bottom - top) * (right - left); }
};

Box box_at(const float* b, bool center) {
  const double p = b[0], q = b[1], r = b[2], s = b[3];
  if (center) return {q - s / 2, p - r / 2, q + s / 2, p + r / 2};  // x, y, width, height
  return {std::min(p, r), std::min(q, s), std::max(p, r), std::max(q, s)};
}

bool overlap(const Box& a, const Box& b, double most) {
  const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
  if (!(height > 0 && width > 0) || !(a.area() > 0 && b.area() > 0)) return false;
  const double common = height * width;
  return common / (a.area() + b.area() - common) > most;
}

struct Settings {
  std::int64_t most;
  double overlap;
  std::optional<double> score;
};

// The boxes taken of one class, best first.
std::vector<std::int64_t> taken(const std::vector<Box>& boxes, const float* scores, const Settings& s) {
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(boxes.size()); ++i)
    if (s.score ? scores[i] > *s.score : scores[i] == scores[i]) order.push_back(i);
  std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) { return scores[a] > scores[b]; });
  std::vector<std::int64_t> out;
  for (const std::int64_t i : order) {
    if (static_cast<std::int64_t>(out.size()) >= s.most) break;
    const Box& box = boxes[static_cast<std::size_t>(i)];
    const auto covers = [&](std::int64_t j) { return overlap(boxes[static_cast<std::size_t>(j)], box, s.overlap); };
    if (std::ranges::none_of(out, covers)) out.push_back(i);
  }
  return out;
}

Status run(const Call& call) {
  const bool center = call.attributes<Attributes>().center_point_box;
  Settings settings{call.has(kMost) ? call.in[kMost].integer(0) : 0,
                    call.has(kOverlap) ? call.in[kOverlap].number(0) : 0, std::nullopt};
  if (call.has(kScore)) settings.score = call.in[kScore].number(0);
  const std::int64_t pictures = call.in[kBoxes].dim(0), size = call.in[kBoxes].dim(1),
                     classes = call.in[kScores].dim(1);
  std::vector<std::int64_t> rows;
  for (std::int64_t n = 0; n < pictures; ++n) {
    std::vector<Box> boxes;
    for (std::int64_t i = 0; i < size; ++i)
      boxes.push_back(box_at(call.in[kBoxes].as<float>().data() + (n * size + i) * 4, center));
    for (std::int64_t c = 0; c < classes; ++c)
      for (const std::int64_t i :
           taken(boxes, call.in[kScores].as<float>().data() + (n * classes + c) * size, settings))
        rows.insert(rows.end(), {n, c, i});
  }
  call.out[0] = Tensor::of_i64(rows).reshaped({static_cast<std::int64_t>(rows.size()) / 3, 3});
  return {};
}

// At worst every box is compared with every other.
Cost cost(const Site&, const Types& in, const Types&) {
  const auto scores = static_cast<std::uint64_t>(in[kScores].count().value_or(0));
  const auto boxes = in[kBoxes].dim(1).known() ? static_cast<std::uint64_t>(in[kBoxes].dim(1).size()) : 1;
  std::uint64_t pairs = 0;
  if (__builtin_mul_overflow(scores, boxes, &pairs)) pairs = ~0ULL;
  return {.operations = pairs, .bytes = in[kBoxes].bytes().value_or(0) + in[kScores].bytes().value_or(0)};
}

}  // namespace

extern const Op non_max_suppression = {
    .name = "NonMaxSuppression",
    .inputs = "boxes scores max_output_boxes_per_class? iou_threshold? score_threshold?",
    .outputs = "selected_indices",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .dynamic = true,
};

}  // namespace dlas::op
