// The elementwise operators, reductions and their relatives, each defined in the file of its name.
// Names that are words of C++ end in an underscore.
#pragma once

#include "model/graph/operator.h"

namespace dlas::op {

extern const Op abs;
extern const Op acos;
extern const Op acosh;
extern const Op add;
extern const Op and_;
extern const Op asin;
extern const Op asinh;
extern const Op atan;
extern const Op atanh;
extern const Op bit_shift;
extern const Op bitwise_and;
extern const Op bitwise_not;
extern const Op bitwise_or;
extern const Op bitwise_xor;
extern const Op ceil;
extern const Op celu;
extern const Op clip;
extern const Op cos;
extern const Op cosh;
extern const Op div;
extern const Op elu;
extern const Op equal;
extern const Op erf;
extern const Op exp;
extern const Op floor;
extern const Op floor_div;
extern const Op gelu;
extern const Op greater;
extern const Op greater_or_equal;
extern const Op hard_sigmoid;
extern const Op hard_swish;
extern const Op is_inf;
extern const Op is_nan;
extern const Op leaky_relu;
extern const Op less;
extern const Op less_or_equal;
extern const Op log;
extern const Op max;
extern const Op mean;
extern const Op min;
extern const Op mish;
extern const Op mod;
extern const Op mul;
extern const Op neg;
extern const Op not_;
extern const Op not_equal;
extern const Op or_;
extern const Op pow;
extern const Op prelu;
extern const Op reciprocal;
extern const Op relu;
extern const Op relu6;
extern const Op relu_n1_to_1;
extern const Op round;
extern const Op rsqrt;
extern const Op selu;
extern const Op shrink;
extern const Op sigmoid;
extern const Op sign;
extern const Op sin;
extern const Op sinh;
extern const Op softplus;
extern const Op softsign;
extern const Op sqrt;
extern const Op square;
extern const Op squared_difference;
extern const Op sub;
extern const Op sum;
extern const Op swish;
extern const Op tan;
extern const Op tanh;
extern const Op thresholded_relu;
extern const Op xor_;

}  // namespace dlas::op
