// Layer 1 of the stack: from files on disk to the tensor that a model takes.
//
// One header per idea; this page only says what lives here. The layer stands on `base` alone.
//   image.h       pictures as bytes: JPEG, PNG, BMP, PGM and PPM decoded to Pillow's pixels; orient.h, color.h
//   resample.h    resizing as Pillow, OpenCV or TensorFlow does it, one source file per library and arithmetic
//   recipe.h      preprocessing as a value that prints and parses; preset.h names the usual ones
//   quantize.h    from real numbers to a model's integer input
//   dataset.h     pictures with labels from folders, IDX, CIFAR and CSV; labels.h maps 1000, 1001 and wnid
//   npy.h npz.h   NumPy's files, read and written
//   inflate.h     decompression with a budget
//
// One more picture format: a file image_x.cpp, a line in image_codec.h and one in the table of image.cpp.
// One more resampling library: a file resample_x.cpp and a line in resample.cpp.
#pragma once
