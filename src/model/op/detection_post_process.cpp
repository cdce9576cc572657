// DetectionPostProcess: from what an SSD network says of its anchors to boxes, classes and scores.
//                                                        TFLite's custom operator TFLite_Detection_PostProcess, LiteRT 2.3
// Everything in float32; quantised inputs are read as the numbers they stand for. An anchor and an encoding are
// (y, x, height, width): centre = encoding / scale * anchor size + anchor centre, size = exp(encoding / scale) * anchor size.
// Scores may have a column for the background in front, which is skipped.
//   fast     each anchor has its best class (and the max_classes_per_detection best ones are told); suppression among all
//   regular  suppression class by class, detections_per_class each, of which the max_detections best remain
// The number of detections counts anchors, also when several classes of each are told.
// One is dropped when its intersection over union with a better one is above the threshold. Unused rows are 0.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/op/box_overlap.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t max_detections = 0, max_classes_per_detection = 1, detections_per_class = 100, num_classes = 0;
  double score_threshold = 0, iou_threshold = 0, y_scale = 1, x_scale = 1, h_scale = 1, w_scale = 1;
  bool regular = false;
  void fields(auto& f) {
    f("max_detections", max_detections);
    f("max_classes_per_detection", max_classes_per_detection);
    f("detections_per_class", detections_per_class);
    f("num_classes", num_classes);
    f("nms_score_threshold", score_threshold);
    f("nms_iou_threshold", iou_threshold);
    f("y_scale", y_scale);
    f("x_scale", x_scale);
    f("h_scale", h_scale);
    f("w_scale", w_scale);
    f("use_regular_nms", regular);
  }
};

enum Input { kEncodings, kScores, kAnchors };
enum Output { kBoxes, kClasses, kBest, kCount };
constexpr std::int64_t kMostRows = 1 << 20;

Status check_attributes(const Site& site) {
  const auto& a = site.attributes<Attributes>();
  const auto within = [&](std::string_view name, std::int64_t value) -> Status {
    if (value >= 1 && value <= kMostRows) return {};
    return site.wrong_attribute(name, "1 to " + std::to_string(kMostRows), std::to_string(value));
  };
  DLAS_TRY(within("max_detections", a.max_detections));
  DLAS_TRY(within("max_classes_per_detection", a.max_classes_per_detection));
  DLAS_TRY(within("detections_per_class", a.detections_per_class));
  DLAS_TRY(within("num_classes", a.num_classes));
  for (const double scale : {a.y_scale, a.x_scale, a.h_scale, a.w_scale})
    if (!(std::abs(scale) > 0 && std::isfinite(scale)))
      return site.wrong_attribute("y_scale, x_scale, h_scale, w_scale", "finite numbers other than 0",
                                  std::to_string(scale));
  return {};
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  DLAS_TRY(check_attributes(site));
  for (std::size_t slot : {kEncodings, kScores, kAnchors})
    if (!is_real(in[slot])) return site.wrong_input(slot, "floats", in[slot]);
  const Type &boxes = in[kEncodings], &scores = in[kScores], &anchors = in[kAnchors];
  if (boxes.rank() != 3 || !may_equal(boxes.dim(0), 1) || !may_equal(boxes.dim(2), 4))
    return site.wrong_input(kEncodings, "[1,anchors,4]", boxes);
  const auto columns = [&](std::int64_t n) { return scores.rank() == 3 && may_equal(scores.dim(2), n); };
  if (!(columns(a.num_classes) || columns(a.num_classes + 1)) || !may_equal(scores.dim(0), 1) ||
      !may_equal(scores.dim(1), boxes.dim(1)))
    return site.wrong_input(
        kScores, "[1," + text(boxes.dim(1)) + "," + std::to_string(a.num_classes) + "], or one more", scores);
  if (anchors.rank() != 2 || !may_equal(anchors.dim(0), boxes.dim(1)) || !may_equal(anchors.dim(1), 4))
    return site.wrong_input(kAnchors, "[" + text(boxes.dim(1)) + ",4]", anchors);
  const std::int64_t rows = a.max_detections * (a.regular ? 1 : a.max_classes_per_detection);
  return Types{Type(DType::f32, {1, rows, 4}), Type(DType::f32, {1, rows}), Type(DType::f32, {1, rows}),
               Type(DType::f32, {1})};
}

std::vector<float> floats(const Call& call, std::size_t slot) {
  const std::vector<double> values = reals(call, slot);
  return {values.begin(), values.end()};
}

std::vector<BoxCorners> decoded(const Attributes& a, const std::vector<float>& encodings,
                                const std::vector<float>& anchors) {
  const auto y_scale = static_cast<float>(a.y_scale), x_scale = static_cast<float>(a.x_scale);
  const auto h_scale = static_cast<float>(a.h_scale), w_scale = static_cast<float>(a.w_scale);
  std::vector<BoxCorners> out;
  for (std::size_t i = 0; i + 3 < encodings.size(); i += 4) {
    const float *e = &encodings[i], *anchor = &anchors[i];
    const float y = e[0] / y_scale * anchor[2] + anchor[0], x = e[1] / x_scale * anchor[3] + anchor[1];
    const float half_h = 0.5F * std::exp(e[2] / h_scale) * anchor[2];
    const float half_w = 0.5F * std::exp(e[3] / w_scale) * anchor[3];
    out.push_back({y - half_h, x - half_w, y + half_h, x + half_w});
  }
  return out;
}

struct Found {
  std::size_t anchor = 0, column = 0;  // column: class, the background counted when it is there
  float score = 0;
};

bool better(const Found& a, const Found& b) { return a.score > b.score; }

// Those of `all` that no better one covers, best first, at most `most`.
std::vector<Found> suppressed(const Attributes& a, const std::vector<BoxCorners>& boxes, std::vector<Found> all,
                              std::int64_t most) {
  std::erase_if(all, [&](const Found& f) { return !(f.score >= static_cast<float>(a.score_threshold)); });
  std::ranges::stable_sort(all, better);
  std::vector<Found> out;
  for (const Found& f : all) {
    if (static_cast<std::int64_t>(out.size()) >= most) break;
    const auto covers = [&](const Found& g) {
      return intersection_over_union(boxes[g.anchor], boxes[f.anchor]) > static_cast<float>(a.iou_threshold);
    };
    if (std::ranges::none_of(out, covers)) out.push_back(f);
  }
  return out;
}

class Rows {
 public:
  explicit Rows(const Call& call) : call_(call) {}
  void add(const BoxCorners& box, std::size_t label, float score) {
    set(kBoxes, 4 * row_, {box.top, box.left, box.bottom, box.right});
    set(kClasses, row_, {static_cast<float>(label)});
    set(kBest, row_++, {score});
  }
  void finish(std::size_t detections) { set(kCount, 0, {static_cast<float>(detections)}); }

 private:
  void set(std::size_t slot, std::size_t at, std::initializer_list<float> values) {
    if (!call_.out[slot].absent()) std::ranges::copy(values, call_.out[slot].mutable_as<float>().begin() + at);
  }
  const Call& call_;
  std::size_t row_ = 0;
};

void run_fast(const Attributes& a, const std::vector<BoxCorners>& boxes, const std::vector<float>& scores,
              std::size_t columns, std::size_t background, Rows& rows) {
  const std::size_t classes = columns - background;
  const std::size_t told = std::min(static_cast<std::size_t>(a.max_classes_per_detection), classes);
  std::vector<std::size_t> order(classes);
  const auto ranked = [&](std::size_t anchor) {
    const float* s = &scores[anchor * columns + background];
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t i, std::size_t j) { return s[i] > s[j]; });
    return s;
  };
  std::vector<Found> best;
  for (std::size_t anchor = 0; anchor < boxes.size(); ++anchor) {
    const float* s = ranked(anchor);
    best.push_back({anchor, order[0], s[order[0]]});
  }
  const auto kept = suppressed(a, boxes, std::move(best), a.max_detections);
  for (const Found& f : kept) {
    const float* s = ranked(f.anchor);
    for (std::size_t i = 0; i < told; ++i) rows.add(boxes[f.anchor], order[i], s[order[i]]);
  }
  rows.finish(kept.size());
}

void run_regular(const Attributes& a, const std::vector<BoxCorners>& boxes, const std::vector<float>& scores,
                 std::size_t columns, std::size_t background, Rows& rows) {
  std::vector<Found> kept;
  for (std::size_t column = background; column < columns; ++column) {
    std::vector<Found> all;
    for (std::size_t anchor = 0; anchor < boxes.size(); ++anchor)
      all.push_back({anchor, column - background, scores[anchor * columns + column]});
    const auto found = suppressed(a, boxes, std::move(all), a.detections_per_class);
    kept.insert(kept.end(), found.begin(), found.end());
    std::ranges::stable_sort(kept, better);
    if (kept.size() > static_cast<std::size_t>(a.max_detections))
      kept.resize(static_cast<std::size_t>(a.max_detections));
  }
  for (const Found& f : kept) rows.add(boxes[f.anchor], f.column, f.score);
  rows.finish(kept.size());
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const auto boxes = decoded(a, floats(call, kEncodings), floats(call, kAnchors));
  const std::vector<float> scores = floats(call, kScores);
  const auto columns = static_cast<std::size_t>(call.in[kScores].dim(2));
  const std::size_t background = columns - static_cast<std::size_t>(a.num_classes);
  Rows rows(call);
  (a.regular ? run_regular : run_fast)(a, boxes, scores, columns, background, rows);
  return {};
}

// At worst every anchor is compared with every other, for each class when regular.
Cost cost(const Site& site, const Types& in, const Types&) {
  const auto& a = site.attributes<Attributes>();
  const auto n = static_cast<std::uint64_t>(in[kEncodings].count().value_or(0) / 4);
  const auto rows = static_cast<std::uint64_t>(a.regular ? a.detections_per_class : a.max_detections);
  std::uint64_t pairs = 0;
  const auto classes = static_cast<std::uint64_t>(a.num_classes);
  if (__builtin_mul_overflow(n, rows * (a.regular ? classes : 1) + 16 * classes, &pairs)) pairs = ~0ULL;
  return {.operations = pairs, .bytes = in[kEncodings].bytes().value_or(0) + in[kScores].bytes().value_or(0)};
}

}  // namespace

extern const Op detection_post_process = {
    .name = "DetectionPostProcess",
    .inputs = "box_encodings class_predictions anchors",
    .outputs = "detection_boxes detection_classes? detection_scores? num_detections?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
