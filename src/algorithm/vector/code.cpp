#include "algorithm/vector/code.h"

namespace dlas::algorithm::DLAS_TARGET {

extern const VectorCode code;
const VectorCode code = {
    .point = point, .chain = chain, .epilogue = epilogue, .pool = pool, .lrn = lrn, .exp_below_most = exp_below_most};

}  // namespace dlas::algorithm::DLAS_TARGET
