// Operators of the compiler's own: approximations that are cheaper than the functions they stand for. The pass fast_math puts them
// in, on request only; every executor computes them by the formulas below, in float32.
//
//   FastExp(x)      2^n p(r),  n = floor(x / ln 2 + 1/2),  r = x - n ln 2; p of degree 7 (Cephes expf)     relative error < 3e-7
//   FastTanh(x)     x p(x^2) / q(x^2) on [-9, 9], degrees 6 and 3 (the rational form of Eigen 3.3)         error < 5e-7
//   FastErf(x)      x p(x^2) / q(x^2) on [-4, 4], degrees 6 and 4 (the rational form of Eigen 3.3)         error < 5e-7
//   FastSigmoid(x)  1 / (1 + FastExp(-x))                                                               error < 5e-7
//   FastSoftmax(x)  Softmax with FastExp
// Bounds are of float32 results against the function in float64; fast_math_test.cpp measures them.
#pragma once

#include "model/graph/operator.h"

namespace dlas::compiler {

extern const Op fast_erf;
extern const Op fast_exp;
extern const Op fast_sigmoid;
extern const Op fast_softmax;
extern const Op fast_tanh;

float fast_exp_of(float x);
float fast_tanh_of(float x);
float fast_erf_of(float x);

}  // namespace dlas::compiler
