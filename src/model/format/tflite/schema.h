// The tables of a TFLite file as plain structs: what the file says, checked for being readable but not yet for making
// sense as a graph. import.cpp turns them into the IR. Field numbers are those of the published schema, version 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"
#include "model/format/tflite/flatbuffer.h"

namespace dlas::tflite {

struct OperatorCode {
  std::int64_t builtin = 0;
  std::string custom;  // name of a custom operator
  std::int64_t version = 1;
};

struct Quantization {
  std::vector<float> scales;
  std::vector<std::int64_t> zero_points;
  std::int32_t axis = 0;
  bool custom = false;  // details of a kind that this reader does not know
};

struct TensorInfo {
  std::string name;
  std::vector<std::int32_t> shape;
  std::vector<std::int32_t> shape_signature;  // -1 for an unknown size; empty: as `shape`
  std::int64_t type = 0;
  std::uint32_t buffer = 0;
  Quantization quantization;
  bool variable = false;
  bool sparse = false;
  bool external = false;  // data in another file
};

struct OperatorInfo {
  std::uint32_t code = 0;  // index into Model::codes
  std::vector<std::int32_t> inputs, outputs;
  std::int64_t options_type = 0;
  Bytes custom_options;
  Table options;  // reads from the file that the model was parsed from
  std::uint64_t offset = 0;
};

struct Subgraph {
  std::string name;
  std::vector<TensorInfo> tensors;
  std::vector<std::int32_t> inputs, outputs;
  std::vector<OperatorInfo> operators;
};

struct NamedBuffer {
  std::string name;
  std::uint32_t buffer = 0;
};

struct Signature {
  std::string key;
  std::uint32_t subgraph = 0;
};

struct ModelTables {
  std::uint32_t version = 0;
  std::string description;
  std::vector<OperatorCode> codes;
  std::vector<Subgraph> subgraphs;
  std::vector<Bytes> buffers;
  std::vector<NamedBuffer> metadata;
  std::vector<Signature> signatures;
};

// Errors: the buffer's first one. REQUIRES: `buffer` outlives the result.
Result<ModelTables> read_tables(FlatBuffer& buffer);

std::string_view operator_name(std::int64_t code);  // "CONV_2D", or empty when the code is not in the schema
std::string_view type_name(std::int64_t type);      // "FLOAT32", or empty
DType dtype_of_type(std::int64_t type);  // none for strings, complex numbers, resources, 2-bit and 8-bit floats

}  // namespace dlas::tflite
