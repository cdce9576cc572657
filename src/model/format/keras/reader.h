// Keras files -> graphs, without Keras or TensorFlow: .h5 of Keras 1 to 3 and .keras.
//
// In this folder: container.h (the file: configuration and weights), config.h (JSON), weights.h (which numbers belong to which
// layer), wiring.h (which layer reads what), network.h (models and models inside them), layer.h (layer by layer),
// activation.h and operation.h (functions). The file's numbers are read by format/hdf5.
// Layouts stay as in the file: NHWC or NCHW by data_format, kernels HWIO and HWCM. Constants are views into the file where
// their numbers stand in one piece. No code of a file ever runs.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/file.h"
#include "model/graph/graph.h"

namespace dlas::keras {

bool is_keras(std::span<const std::byte> bytes);  // HDF5, or a zip archive with Keras' members

// Layers that dlas does not know, Lambda layers among them, stay in the graph with op == nullptr and a note.
// Types are inferred, small constants folded, the graph verified.
// Errors: of HDF5 and zip; of the configuration; of weights that are missing; of type rules.
Result<Graph> read(const File& file);
// The same from memory that `owner` keeps alive.
Result<Graph> read(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, std::string_view path);

}  // namespace dlas::keras
