// Can the types of the target's activations hold what the source computes? Forcing runs on real numbers, so a range that was calibrated
// wrongly, a step that is too coarse or an overflow of half precision shows here and nowhere else.
//
//   clipped   | clip(a_S) - a_S | / | a_S |, the range of the stored integers taken from scale and zero point
//   coarse    the step over the one that the largest and least number seen would need
// Calibration on few pictures loses up to 7 % by clipping (measured on an int8 file of ai-edge-quantizer) and has steps up to twice as
// coarse, and pictures of another kind than those calibrated on move all values alike. A finding needs 15 % lost and numbers 1.8 times
// beyond the range, or a step three times too coarse, each relative to the middle one of all values.
#pragma once

#include <vector>

#include "study/localize/finding.h"
#include "study/localize/forcing/settle.h"

namespace dlas::study::localize {

class GridCheck {
 public:
  // REQUIRES: both outlive the check.
  GridCheck(const Models& models, const std::vector<Aligned>& pairs);
  bool empty() const { return watched_.empty(); }  // nothing is stored in a type that could be too small
  void add(const Contents& of_a);                  // one more image
  std::vector<Finding> findings() const;

 private:
  struct Watched {
    std::size_t pair = 0;
    ValueId value = kNone;  // of the target's file
    std::shared_ptr<const Quantization> quantization;
    DType dtype = DType::none;
    double squares = 0, clipped = 0, least = 0, most = 0;
  };
  Finding finding(const Watched& w, std::string rule, std::string diagnosis) const;

  const Models& models_;
  const std::vector<Aligned>& pairs_;
  std::vector<Watched> watched_;
};

// A value that is stored with one scale and read with another, or with another zero point.
std::vector<Finding> unlike_scales(const Models& models);

}  // namespace dlas::study::localize
