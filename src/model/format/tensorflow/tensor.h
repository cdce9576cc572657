// TensorProto -> Tensor: content as views into the file, typed lists converted, a single number spread over its shape.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/tensor.h"
#include "model/format/tensorflow/proto.h"
#include "model/graph/graph.h"
#include "model/graph/type.h"

namespace dlas::tensorflow {

// The bytes of a file, what keeps them, and its path as the user gave it.
struct Source {
  std::string_view bytes;
  std::shared_ptr<const void> owner;
  std::string path;
};

// DataType of types.proto as ours; none for text, complex, quantised and resource types.
DType dtype_of(std::int64_t number);
std::string dtype_name(std::int64_t number);  // "DT_STRING", or "type 77"

// Bytes that tensors of one file may take besides its own: numbers spread over a shape need no bytes in the file.
struct CopyBudget {
  std::uint64_t left = 0;
};

// Errors: unsupported for a type that dlas has not; another number of bytes or elements than the shape needs; limits.
Result<Tensor> load_tensor(const TensorProto& proto, const Source& source, CopyBudget& budget);

// Errors: unknown or negative sizes, beyond limits().
Result<Shape> fixed_shape(const ShapeProto& proto);
// Unknown rank: nothing.  Errors: limit.
Result<std::optional<std::vector<Dim>>> dims_of(const ShapeProto& proto);

}  // namespace dlas::tensorflow
