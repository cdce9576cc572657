// ArgMin: the index of the smallest value along one axis, as int64.                      ONNX ArgMin, opset 13
#include "model/op/arg_extreme.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {

const Op arg_min = {
    .name = "ArgMin",
    .inputs = "data",
    .outputs = "reduced",
    .attributes = &schema_of<ArgAttributes>(),
    .infer = infer_arg,
    .run = run_arg<std::less<>>,
    .units = Units::compared,
};

}  // namespace dlas::op
