// What a file of Keras holds: the configuration of the model and its weights.
#pragma once

#include <memory>
#include <span>

#include "model/format/keras/config.h"
#include "model/format/keras/weights.h"

namespace dlas::keras {

struct Container {
  Json model;           // class_name, config
  std::string version;  // of Keras, "2.4.0"; empty when the file does not say
  std::unique_ptr<Weights> weights;
  std::optional<std::uint64_t> weights_at;  // where the HDF5 file begins in the whole one; nothing when it was unpacked
  bool zip = false;                         // .keras
};

// True for a zip archive with Keras' members.
bool is_keras_zip(std::span<const std::byte> bytes);

// Errors: of HDF5, zip and JSON; not_found for a file with weights only.
Result<Container> open_container(std::span<const std::byte> bytes, std::shared_ptr<const void> owner);

}  // namespace dlas::keras
