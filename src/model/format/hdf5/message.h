// Object headers: the messages that describe a group or a dataset.
#pragma once

#include "model/format/hdf5/hdf5.h"

namespace dlas::hdf5 {

enum MessageType : unsigned {
  kDataspaceMessage = 0x01,
  kLinkInfoMessage = 0x02,
  kDatatypeMessage = 0x03,
  kLinkMessage = 0x06,
  kExternalFilesMessage = 0x07,
  kLayoutMessage = 0x08,
  kFilterMessage = 0x0b,
  kAttributeMessage = 0x0c,
  kContinuationMessage = 0x10,
  kSymbolTableMessage = 0x11,
  kAttributeInfoMessage = 0x15,
};

// All messages of the header at `address`, continuations included.
// Errors: format, truncated, limit; unsupported for other versions.
Result<Object> object_header(const Bytes& bytes, std::uint64_t address);

// The message of that type; null when there is none.
const Message* find(const Object& object, unsigned type);

// Errors: unsupported for a message that stands elsewhere (a shared one, such as a named datatype).
Status check_own(const Message& message, std::string_view what);

}  // namespace dlas::hdf5
