// The EXIF orientation tag: found in a TIFF block or in XMP text, and applied to pixels.  EXIF 2.32, tag 0x0112
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "data/image.h"

namespace dlas::data {

// The tag's value 1 to 8 in a TIFF block ("II*\0" or "MM\0*"); 0 when it is not there. Damaged EXIF counts as none: cameras
// and editors write much of it, and no pixel hangs on it.
int exif_orientation(std::span<const std::byte> tiff);

// The first tiff:Orientation="N" or tiff:Orientation>N in XMP text; 0 when there is none. Pillow asks it after EXIF.
int xmp_orientation(std::string_view xmp);

// The picture turned so that `orientation` becomes 1; any number outside 2 to 8 leaves it as it is.
Image upright(Image image, int orientation);

}  // namespace dlas::data
