#include "algorithm/pointwise.h"

namespace dlas::algorithm {

namespace avx512 {
extern const VectorCode code;
}
namespace avx2 {
extern const VectorCode code;
}
namespace sse41 {
extern const VectorCode code;
}

const VectorCode& vector_code(std::string_view target) {
  if (target == "avx512") return avx512::code;
  if (target == "avx2") return avx2::code;
  return sse41::code;
}

}  // namespace dlas::algorithm
