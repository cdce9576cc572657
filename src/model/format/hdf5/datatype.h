// What the elements of a dataset or attribute are, and how many.
#pragma once

#include <span>
#include <string_view>

#include "base/dtype.h"
#include "base/result.h"
#include "base/shape.h"

namespace dlas::hdf5 {

struct Bytes;

struct Datatype {
  enum class Kind { number, string, variable_string, other };
  Kind kind = Kind::other;
  DType dtype = DType::none;  // of a number; bool for h5py's enumeration of FALSE and TRUE
  std::uint32_t size = 0;     // bytes of an element; of a variable string: of the reference to it
  bool big_endian = false;
  std::uint8_t padding = 0;  // of a string: 0 ends with zero, 1 filled with zeros, 2 filled with blanks
  std::uint8_t number = 0;   // HDF5's class
};

std::string_view class_name(std::uint8_t number);  // "compounds"

// Errors: truncated, unsupported (floats that are not IEEE, integers with unused bits).
Result<Datatype> datatype(std::span<const std::byte> message);

struct Dataspace {
  Shape shape;        // empty: one element
  Shape most;         // what it may grow to; -1 for any size
  bool null = false;  // no element at all
  std::uint64_t count() const;
};

// Errors: truncated, limit (rank, elements), unsupported (versions).
Result<Dataspace> dataspace(const Bytes& bytes, std::span<const std::byte> message);

}  // namespace dlas::hdf5
