// The ground that every layer stands on: errors, number types, shapes, tensors, files, hashes, threads, progress.
//
// One header per idea; this page only says what lives here. Nothing in this folder includes another layer.
//   error.h result.h    what went wrong, as a value with fields         limits.h   every budget, in one place
//   dtype.h half.h      element types                                   shape.h    dimensions and strides
//   tensor.h            typed n-dimensional data, owning or a view      checked.h  arithmetic that cannot overflow
//   file.h write.h      reading and writing files safely                hash.h     stable content hashes
//   text.h              escaping text that came from a file             threads.h progress.h
//
// One more idea: add a header, its .cpp and its test; the build finds them.
#pragma once
