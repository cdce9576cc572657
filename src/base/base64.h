// Bytes as text in the alphabet of RFC 4648, section 4, with padding: what `data:` addresses and JSON can carry.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dlas {

std::string base64(std::string_view bytes);

// Strict: no other characters, no line breaks, whole groups, padding bits 0. Nothing on anything else.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace dlas
