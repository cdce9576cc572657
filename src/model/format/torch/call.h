// One call of an ATen operator while it is converted: its arguments by the slots of a signature.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/format/torch/alias.h"
#include "model/format/torch/build.h"

namespace dlas::torch {

using NamedDatum = std::pair<std::string, Datum>;  // a name may be empty: by position

class Call {
 public:
  // Errors: unsupported for an argument that the signature does not have.
  static Result<Call> bind(Build& build, std::string_view op, std::string_view signature,
                           const std::vector<NamedDatum>& arguments);

  Build& build;
  std::string_view op;  // "conv2d"

  bool given(std::size_t slot) const { return slot < slots_.size() && !is_none(slots_[slot]); }
  const Datum& datum(std::size_t slot) const;
  // Each of these: unsupported when the argument is of another kind, or missing and without a default.
  Result<TensorRef> cell(std::size_t slot) const;
  Result<ValueId> tensor(std::size_t slot) const;
  Result<ValueId> tensor_or_none(std::size_t slot) const;  // kNone when it is not given
  Result<std::int64_t> integer(std::size_t slot) const;
  Result<std::int64_t> integer(std::size_t slot, std::int64_t otherwise) const;
  Result<double> real(std::size_t slot) const;  // an integer, too
  Result<double> real(std::size_t slot, double otherwise) const;
  Result<bool> flag(std::size_t slot, bool otherwise) const;
  Result<std::string> text(std::size_t slot, std::string_view otherwise) const;
  Result<DType> dtype(std::size_t slot) const;               // a number of TorchScript, too
  Result<std::vector<Datum>> items(std::size_t slot) const;  // of a list or tuple; a lone integer or size: one item
  Result<std::vector<std::int64_t>> integers(std::size_t slot) const;
  // As many as `count`: one integer stands for all.
  Result<std::vector<std::int64_t>> spread(std::size_t slot, std::size_t count, std::int64_t otherwise) const;
  Result<std::vector<ValueId>> tensors(std::size_t slot) const;
  // A tensor, or a number as a scalar of the type that arithmetic with `like` gives it.
  Result<ValueId> operand(std::size_t slot, ValueId like) const;

  Result<std::size_t> rank_of(ValueId value) const;
  // An axis argument as an index.
  Result<std::int64_t> axis(std::size_t slot, ValueId of, std::int64_t otherwise) const;
  // All axes when none are given.
  Result<std::vector<std::int64_t>> axes(std::size_t slot, ValueId of) const;

 private:
  Call(Build& b, std::string_view name) : build(b), op(name) {}
  Error wrong(std::size_t slot, std::string_view expected) const;
  std::vector<Datum> slots_;
  std::string_view signature_;
};

}  // namespace dlas::torch
