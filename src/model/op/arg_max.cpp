// ArgMax: the index of the largest value along one axis, as int64.                      ONNX ArgMax, opset 13
#include "model/op/arg_extreme.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {

const Op arg_max = {
    .name = "ArgMax",
    .inputs = "data",
    .outputs = "reduced",
    .attributes = &schema_of<ArgAttributes>(),
    .infer = infer_arg,
    .run = run_arg<std::greater<>>,
    .units = Units::compared,
};

}  // namespace dlas::op
