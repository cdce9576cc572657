// What the tests of passes share: graphs as text with readable constants, an outline of what came out, and the check that every
// output kept its numbers.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pass/pass.h"
#include "compiler/pipeline.h"
#include "compiler/runner.h"

namespace dlas::compiler::testing {

// The text form of model/graph/text_form.h, where a constant may also be written as  = {1, 2.5}  or  = ramp  (1, 2, 3, ...)  or
// = noise  (numbers in [-1, 1), the same in each run), and outputs of nodes need no type.
Graph graph_of(std::string_view text);

// One line a node: "y = Conv{group=2}(x, w) f32 [1,2,3,3]"; attributes where they are not the default. Constants are named.
std::string outline(const Graph& graph);

// Random inputs for a graph with fixed sizes, numbers in [-1, 1).
std::vector<Tensor> noise_inputs(const Graph& graph, std::uint64_t seed);
Tensor noise(DType dtype, const Shape& shape, std::mt19937_64& random);

// The same graph with float64 in place of float32, so that rounding is out of the way.
Graph widened(const Graph& graph);

// Compares the outputs of two graphs in the reference interpreter on the same random inputs; empty, or what differs.
//   exact    bit for bit
//   float64  both graphs are of float64 (widened): 1e-10 of the largest number, 2^-53 times 10^6 operations in a row
//   rounded  float32 against the float64 answer of `before`: at most 4 times as far off as `before` itself, plus 2^-20 of the
//            largest number (16 roundings), since folded weights are rounded once more
enum class Equality { exact, float64, rounded };
std::string deviation(const Graph& before, const Graph& after, Equality equality, std::uint64_t seed = 1);

// One pass alone on a graph given as text.
struct Applied {
  std::string outline;    // of the result
  std::string remarks;    // "node: text" a line: changes; then obstacles behind "left alone: "; or what was absent
  std::string deviation;  // of the outputs, by `equality` and in float64; empty when there is none
  std::string again;      // what a second run changed; empty as it should be
};
Applied applied(const Pass& pass, std::string_view text, Equality equality = Equality::exact,
                const std::vector<std::string>& settings = {});

// A network of 6 to 20 operators with fixed sizes that has something for every pass.
Graph random_graph(std::uint64_t seed);

}  // namespace dlas::compiler::testing
