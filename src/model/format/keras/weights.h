// The trained numbers of a saved model, by layer. Two orders of storage:
//   .h5     model_weights/<layer>, with the names of its weights in the attribute weight_names; a nested model is one layer
//           there, with the weights of all its layers, trainable ones first
//   .keras  layers/<class>[_<n>]/vars/<i> of model.weights.h5, the classes counted in the order of the model
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/format/hdf5/hdf5.h"

namespace dlas::keras {

struct Weight {
  std::string name;  // "conv1/kernel:0", or "0"
  std::string path;  // in the HDF5 file
  hdf5::Array array;
};

// Where a layer stands: the names of the models around it and its own, and the same for .keras.
struct Place {
  std::vector<std::string> names;
  std::string path;  // "layers/sequential/layers/conv2d"
};

class Weights {
 public:
  virtual ~Weights() = default;
  // The weights of a layer in Keras' order; none when it has none.  Errors: of the file.
  virtual Result<std::vector<Weight>> of(const Place& place) = 0;
};

Result<std::unique_ptr<Weights>> legacy_weights(const hdf5::File& file, const hdf5::Object& root);
Result<std::unique_ptr<Weights>> numbered_weights(const hdf5::File& file);

// Strings of the attribute `name`, or of `name0`, `name1`, ...: Keras splits what is longer than 64 kB.
Result<std::vector<std::string>> string_list(const hdf5::File& file, const std::vector<hdf5::Attribute>& attributes,
                                             std::string_view name);

// "GlobalAveragePooling2D" -> "global_average_pooling2d", as Keras names folders of variables.
std::string snake_case(std::string_view class_name);

}  // namespace dlas::keras
