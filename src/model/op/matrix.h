// The matrix product of float64 numbers behind Gemm, MatMul, FullyConnected and their integer forms.
#pragma once

#include "model/op/op.h"

namespace dlas::op {

// c[m, n] += a[m, k] b[k, n], row-major; products are added in the order of k.
void multiply(const double* a, const double* b, std::int64_t m, std::int64_t k, std::int64_t n, double* c);

std::vector<double> transposed(const std::vector<double>& a, std::int64_t rows, std::int64_t columns);

// MatMul of NumPy: vectors get an axis that is dropped again, leading axes broadcast. Errors at the inputs' slots.
Result<std::vector<Dim>> matmul_dims(const Site& site, const Types& in, std::size_t a, std::size_t b);
std::vector<double> matmul_values(const Shape& a_shape, const std::vector<double>& a, const Shape& b_shape,
                                  const std::vector<double>& b);
Cost matmul_cost(const Types& in, const Types& out, std::size_t a);

}  // namespace dlas::op
