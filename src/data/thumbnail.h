// A small copy of a picture as a PNG file in memory, to be shown beside what models said of it.
#pragma once

#include <string>

#include "base/result.h"
#include "data/image.h"

namespace dlas::data {

// At most `longest` pixels a side, of the same shape; smaller pictures keep their size.
// Errors: limit, as resize; internal when the PNG library refuses.
Result<std::string> thumbnail_png(const Image& image, int longest);

}  // namespace dlas::data
