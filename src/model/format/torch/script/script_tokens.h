// Words of TorchScript's source: the part of Python that torch.jit.save writes.   torch/csrc/jit/serialization/python_print.cpp
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas::torch {

struct Token {
  enum class Kind : std::uint8_t { name, integer, real, text, mark, newline, indent, dedent, end };
  Kind kind = Kind::end;
  std::uint32_t line = 0;
  std::string_view text;  // in the source; of a text with its quotes
  bool is(std::string_view mark) const { return kind != Kind::text && text == mark; }
};

// Errors: format for what is no word of the language, with its line; limit for more words than limits().parsed_bytes allow.
Result<std::vector<Token>> tokens_of(std::string_view source);

// The characters that a quoted text stands for.
std::string unquoted(std::string_view quoted);

}  // namespace dlas::torch
