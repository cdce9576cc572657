// Layer 1 of the stack: from files on disk to the tensor that a model takes.
//
// One header per idea; this page only says what lives here. The layer stands on `base` alone. The folder beside a header holds
// its parts: image/ the decoders, resample/ the libraries' arithmetic, recipe/ parsing and applying, dataset/ the kinds.
//   image.h       pictures as bytes: JPEG, PNG, BMP, PGM and PPM decoded to Pillow's pixels
//   resample.h    resizing as Pillow, OpenCV or TensorFlow does it
//   recipe.h      preprocessing as a value that prints and parses; preset.h names the usual ones
//   quantize.h    from real numbers to a model's integer input
//   dataset.h     pictures with labels from folders, IDX, CIFAR and CSV; sample.h picks some of them
//   labels.h      what a label number stands for: 1000, 1001, wnid
//   npy.h         NumPy's files, read and written; archive/ the zip and deflate below them, with budgets
//
// One more picture format: a file image/x.cpp, a line in image/codec.h and one in the table of image.cpp.
// One more resampling library: a file resample/x.cpp and a line in resample.cpp.
#pragma once
