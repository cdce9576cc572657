// What the conversions of ONNX Runtime's own operators share: adapt_contrib.cpp (floats), adapt_linear.cpp (quantised).
#pragma once

#include "model/format/onnx/build.h"

namespace dlas::onnx {

void rename(Draft& draft, std::string_view op_type);

// channels_last=1 -> layout NHWC.
void take_layout(Draft& draft);

// A float attribute, or what it is when it is not there.
double number(const Draft& draft, std::string_view attribute, double otherwise);

// A draft that stands for a part of `draft`: emits nodes called "<name>/<part>/...".
Draft part(const Draft& draft, std::string_view name);

}  // namespace dlas::onnx
