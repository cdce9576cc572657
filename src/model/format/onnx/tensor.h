// TensorProto -> Tensor: raw bytes as views into the mapped file, typed fields converted, data in other files only from
// below the model's folder.
#pragma once

#include <string_view>

#include "base/dtype.h"
#include "base/file.h"
#include "base/tensor.h"
#include "model/format/onnx/proto.h"
#include "model/graph/graph.h"

namespace dlas::onnx {

// TensorProto.DataType as ours. Errors: unsupported for text, complex and float8 types; format for unknown numbers.
Result<DType> dtype_of_proto(std::int64_t data_type);

struct LoadedTensor {
  Tensor tensor;
  Provenance origin;
};

// Errors: another number of bytes or elements than the dims need; dims or ranks beyond the limits; external data that
// lies outside its file, or a file outside the folder of `file`.
Result<LoadedTensor> load_tensor(const TensorProto& proto, const File& file);

struct NamedTensor {
  std::string name;
  Tensor tensor;
};

// A file that holds one TensorProto, as ONNX's test data does.  Errors: as open_file and load_tensor.
Result<NamedTensor> read_tensor_file(std::string_view path);

}  // namespace dlas::onnx
