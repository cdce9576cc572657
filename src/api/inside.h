// The public interface (include/dlas) over what lies below it. Both call things Model, Tensor, Result and Error; here the
// inner ones get names of their own before the public headers make the short names ambiguous.
//
// Files of this folder include this header behind all others of dlas. May include study and what is below it.
#pragma once

#include "data/npy.h"
#include "model/format/format.h"
#include "study/compare/diff.h"
#include "study/open/opened.h"
#include "study/outline/outline.h"

namespace dlas::inside {

using Model = dlas::Model;
using Tensor = dlas::Tensor;
using Error = dlas::Error;
template <typename T>
using Result = dlas::Result<T>;
inline Result<Model> load(const std::string& path) { return dlas::load(path); }

}  // namespace dlas::inside

#include <dlas/dlas.h>

namespace dlas::inside {

v1::Error outer(const Error& error);
v1::Tensor outer(const Tensor& tensor);
// Errors: mismatch when dtype, shape and bytes do not fit together.
Result<Tensor> inner(const v1::Tensor& tensor);
Result<std::vector<data::NamedTensor>> inner(const v1::Tensors& tensors);

}  // namespace dlas::inside

struct dlas::v1::Model::State {
  inside::Model model;
};
