// TensorFlow's operators -> those of the graph. convert.cpp has the table, convert_*.cpp the conversions, grouped by what the
// operator does. Calls of functions, variables and control flow are no operators: network.h has them.
#pragma once

#include "model/format/tensorflow/build.h"

namespace dlas::tensorflow {

// One operator while it is converted.
class Call {
 public:
  Call(Build& b, const NodeProto& proto, std::vector<ValueId> values) : build(b), node(proto), in(std::move(values)) {}

  Build& build;
  const NodeProto& node;
  std::vector<ValueId> in;

  std::int64_t integer(std::string_view attribute, std::int64_t otherwise) const;
  double real(std::string_view attribute, double otherwise) const;
  bool flag(std::string_view attribute, bool otherwise) const;
  std::string text(std::string_view attribute, std::string_view otherwise) const;
  DType dtype(std::string_view attribute) const;              // none when it is not there, or no type of dlas
  Result<Numbers> numbers(std::string_view attribute) const;  // empty when it is not there

  // The numbers of an input that has to be constant.  Errors: unsupported, with `what`.
  Result<Numbers> known(std::size_t slot, std::string_view what) const;
  Result<std::int64_t> known_one(std::size_t slot, std::string_view what) const;
  // An int64 list with the content of an input.
  Result<ValueId> wide(std::size_t slot);
  // "NHWC" or "NCHW" for any number of spatial axes.  Errors: unsupported.
  Result<std::string> layout() const;
};

// The outputs, as many as dlas computes of them.
// Errors: unsupported with the reason in `found`: the operator is then kept as the file has it and cannot run.
Outputs convert(Call& call);

// Which output bodies of functions mean by `argument`: the place in the list of outputs of the operator.
// Nothing when the operator has no such argument.
std::optional<std::size_t> output_of(std::string_view op, std::string_view argument);

std::vector<std::string_view> converted_operators();  // sorted

using Converter = Outputs (*)(Call& call);

Outputs one(Result<ValueId> value);

// convert_elementwise.cpp
Outputs same_inputs(Call& call);  // operators with inputs and meaning of the graph's
Outputs softmax(Call& call);
Outputs leaky_relu(Call& call);
Outputs cast(Call& call);
Outputs select(Call& call);
Outputs clip(Call& call);
Outputs remainder(Call& call);
Outputs log_1p(Call& call);
Outputs exp_m1(Call& call);
Outputs erf_c(Call& call);
Outputs divide_no_nan(Call& call);
Outputs is_finite(Call& call);
// convert_spatial.cpp
Outputs convolution(Call& call);
Outputs depthwise_convolution(Call& call);
Outputs transposed_convolution(Call& call);
Outputs pool(Call& call);
Outputs bias_add(Call& call);
Outputs local_response(Call& call);
// convert_resize.cpp
Outputs resize_linear(Call& call);
Outputs resize_nearest(Call& call);
Outputs resize_cubic(Call& call);
// convert_matrix.cpp
Outputs mat_mul(Call& call);
Outputs batch_mat_mul(Call& call);
Outputs einsum(Call& call);
// convert_normalization.cpp
Outputs batch_norm(Call& call);
Outputs fake_quant(Call& call);
// convert_reduction.cpp
Outputs reduction(Call& call);
Outputs arg_extreme(Call& call);
Outputs top_k(Call& call);
Outputs cumulation(Call& call);
// convert_shape.cpp
Outputs reshape(Call& call);
Outputs squeeze(Call& call);
Outputs expand_dims(Call& call);
Outputs transpose(Call& call);
Outputs tile(Call& call);
Outputs fill(Call& call);
Outputs broadcast_to(Call& call);
Outputs filled_like(Call& call);
Outputs shape(Call& call);
Outputs size(Call& call);
Outputs rank(Call& call);
Outputs range(Call& call);
// convert_parts.cpp
Outputs concat(Call& call);
Outputs pack(Call& call);
Outputs unpack(Call& call);
Outputs split(Call& call);
Outputs split_v(Call& call);
Outputs slice(Call& call);
Outputs strided_slice(Call& call);
Outputs reverse(Call& call);
// convert_indices.cpp
Outputs gather(Call& call);
Outputs gather_nd(Call& call);
Outputs one_hot(Call& call);
Outputs where(Call& call);
// convert_blocks.cpp
Outputs pad(Call& call);
Outputs mirror_pad(Call& call);
Outputs depth_to_space(Call& call);
Outputs space_to_depth(Call& call);
Outputs space_to_batch(Call& call);
Outputs batch_to_space(Call& call);
// convert_detection.cpp
Outputs suppression(Call& call);

}  // namespace dlas::tensorflow
