// What follows a detection network: suppression of boxes that overlap, and the custom operators of published meaning.
#include <cmath>

#include "model/format/tflite/convert.h"
#include "model/format/tflite/flexbuffer.h"

namespace dlas::tflite {
namespace {

Status needs(const Draft& draft, std::size_t inputs, std::size_t outputs) {
  if (draft.in.size() < inputs || draft.out.size() != outputs) return cannot("another number of inputs or outputs");
  for (std::size_t i = 0; i < inputs; ++i)
    if (draft.in[i] == kNone) return cannot("an absent input");
  return {};
}

class Options {
 public:
  explicit Options(std::map<std::string, double> numbers) : numbers_(std::move(numbers)) {}
  double number(const std::string& name, double absent) const {
    const auto it = numbers_.find(name);
    return it == numbers_.end() ? absent : it->second;
  }
  // 0, which no attribute takes, for what is no whole number.
  std::int64_t integer(const std::string& name, std::int64_t absent) const {
    const double found = number(name, static_cast<double>(absent));
    return std::abs(found) < 0x1p31 ? static_cast<std::int64_t>(found) : 0;
  }

 private:
  std::map<std::string, double> numbers_;
};

}  // namespace

// Inputs: boxes, scores, most, overlap, score. Outputs: indices, their number.
Status suppression_4(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 5, 2));
  Draft three = draft;
  three.out = {draft.out[0], kNone, draft.out[1]};
  return build.finish(three, "PaddedNonMaxSuppression", {}, draft.in);
}

// With sigma as input 5 and the scores as output 1.
Status suppression_5(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 6, 3));
  return build.finish(draft, "PaddedNonMaxSuppression", {}, draft.in);
}

Status detection_post_process(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 3, 4));
  auto read = read_options(build.custom_options(draft));
  if (!read.ok()) return read.error();
  const Options options(*std::move(read));
  AttributeList list{{"max_classes_per_detection", options.integer("max_classes_per_detection", 1)},
                     {"detections_per_class", options.integer("detections_per_class", 100)},
                     {"use_regular_nms", std::int64_t{options.number("use_regular_nms", 0) != 0}}};
  for (const char* name : {"max_detections", "num_classes"}) list.push_back({name, options.integer(name, 0)});
  for (const char* name : {"nms_score_threshold", "nms_iou_threshold", "y_scale", "x_scale", "h_scale", "w_scale"})
    list.push_back({name, options.number(name, 0)});
  return build.finish(draft, "DetectionPostProcess", list, draft.in);
}

Status edge_tpu(const Draft&, Build&) {
  return cannot(
      "compiled for the Edge TPU, whose instructions are not published; take the file before edgetpu_compiler");
}

}  // namespace dlas::tflite
