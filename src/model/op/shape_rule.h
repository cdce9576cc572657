// What type rules of operators that move elements have in common: axes, inputs that hold sizes, errors of contents.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/op/op.h"

namespace dlas::op {

// An axis attribute as an index below `rank`.
Result<std::size_t> checked_axis(const Site& site, std::string_view attribute, std::int64_t axis, std::size_t rank);

// Axes as indices below `rank`, in the order given. Errors at input `slot`: outside, or twice.
Result<std::vector<std::size_t>> checked_axes(const Site& site, std::size_t slot, const std::vector<std::int64_t>& axes,
                                              std::size_t rank);

// Input `slot` is one-dimensional (or a scalar where `scalar` says so) and int32 or int64.
Status check_list(const Site& site, const Types& in, std::size_t slot, bool scalar = false);

// The content of an input that holds sizes, when known.
std::optional<std::vector<std::int64_t>> known_list(const Site& site, std::size_t slot);

// How many numbers an input of one axis holds, when known.
std::optional<std::size_t> list_length(const Type& type);

std::vector<Dim> unknown_sizes(std::size_t rank);

// Product of all sizes, unknown when one is (unless another is 0).
Dim elements_of(const std::vector<Dim>& dims);

// An index outside [-size, size) as an error of input `slot`; otherwise counted from the start.
Result<std::int64_t> checked_index(const Site& site, std::size_t slot, std::int64_t index, std::int64_t size);

}  // namespace dlas::op
